// Volumes that came in messages of their own, by the digest of their bytes: whoever asks first waits for the message.

/** Two scans with their previews stay, and one that is on its way. */
const KEPT = 6;

/** On the window, since every component of Streamlit's loads its modules anew. */
const slots = (globalThis[Symbol.for("adcore.volumes")] ??= new Map());

function slot(key) {
  let found = slots.get(key);
  if (!found) {
    found = { filled: false };
    found.volume = new Promise((resolve) => {
      found.resolve = resolve;
    });
  }
  slots.delete(key);
  slots.set(key, found); // the newest last
  while (slots.size > KEPT) slots.delete(slots.keys().next().value);
  return found;
}

/** Keep a volume; `unpack` gives it, and is called once. */
export function hold(key, unpack) {
  const found = slot(key);
  if (!found.filled) found.resolve(unpack());
  found.filled = true;
}

/** The volume of that digest, as soon as it is there. */
export const held = (key) => slot(key).volume;
