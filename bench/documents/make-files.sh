#!/usr/bin/env bash
# Makes a file of about 5 MB of each format with LibreOffice, pandoc and Python: make-files.sh TARGET_FOLDER
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$1" && cd "$1"
words() { python3 "$here/words.py" "$@"; }
office() { soffice --headless --infilter="$1" --convert-to "$2" "$3" >/dev/null 2>&1; }
text="Text (encoded):UTF8"
table="Text - txt - csv (StarCalc):44,34,76,1"

words txt 5 >text.txt
words csv 5 >table.csv
words txt 9 >packed.txt
words csv 6 >cells.csv
words md 0.7 >slides.md
for type in rtf "html:HTML (StarWriter)" pdf; do office "$text" "$type" text.txt; done
for type in docx odt epub; do office "$text" "$type" packed.txt; done
for type in xlsx ods; do office "$table" "$type" cells.csv; done
pandoc slides.md -o slides.pptx
office "Impress MS PowerPoint 2007 XML" odp slides.pptx
python3 - <<'PYTHON'
from email.message import EmailMessage
from pathlib import Path

mail = EmailMessage()
mail["From"], mail["To"], mail["Subject"] = "ada@harbour.example", "bo@harbour.example", "5 MB"
mail["Message-ID"] = "<1@harbour.example>"
mail.set_content(Path("text.txt").read_text()[:1_500_000])
mail.add_attachment(bytes(range(256)) * 10_000, maintype="application", subtype="octet-stream", filename="tide.bin")
Path("mail.eml").write_bytes(mail.as_bytes())
PYTHON
rm packed.txt cells.csv slides.md
ls -l
