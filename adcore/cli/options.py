"""Help texts of options that several commands take."""

MODEL_HELP = "Model name or folder; the shipped model if not given."
OASIS1_HELP = "Folder with OASIS-1's table and coronal slices."
RESCANS_HELP = f"{OASIS1_HELP} Its rescans show how much an unchanged subject's figures differ."
IXI_HELP = "Folder with IXI's participants.csv, t1 and dlmuse_seg."
SCANS_HELP = "T1 scans: .nii, .nii.gz, .mgh, .mgz, DICOM folders, or zip archives."
SEED_HELP = "Seed of the random numbers."
