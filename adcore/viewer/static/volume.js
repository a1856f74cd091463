// A component without a look: it keeps the one volume of a message for the viewer, which names it by its digest.

import { hold } from "./held.js";
import { Payload } from "./payload.js";

/** Streamlit calls this with each message. */
export default function ({ data }) {
  if (!data) return undefined;
  const payload = new Payload(data);
  hold(payload.header.key, () => payload.read("t1"));
  return undefined;
}
