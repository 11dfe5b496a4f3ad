#!/bin/sh
# Importing WeasyPrint changes a setting of Pillow for the whole process.
#
# Pillow reports a picture whose file is incomplete, unless ImageFile.LOAD_TRUNCATED_IMAGES says otherwise. WeasyPrint
# sets that for itself when it is imported; but it is one setting for all code of the process, so that other code
# behaves in one way before the first PDF and in another way after it.
#
# Whom it hurts: who makes PDFs in the process that takes pictures from people, as booking software does with invoices
# and photographs of rooms, and wants to tell them that an upload was cut off. Such code has to set it back.
#
# Exit code 0: still so. Written on 2026-11-28. Needs Pango on the machine, as WeasyPrint does.
set -eu

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT INT TERM
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check weasyprint==70.0 pillow==13.0.0

cd "$folder"
cat >setting.py <<'PYTHON'
import PIL
from PIL import ImageFile

before = ImageFile.LOAD_TRUNCATED_IMAGES
import weasyprint

print(f"WeasyPrint {weasyprint.__version__}, Pillow {PIL.__version__}")
print(f"expected: {before} before the import and after it")
print(f"seen:     {before} before the import, {ImageFile.LOAD_TRUNCATED_IMAGES} after it")
raise SystemExit((before, ImageFile.LOAD_TRUNCATED_IMAGES) != (False, True))
PYTHON
venv/bin/python setting.py
