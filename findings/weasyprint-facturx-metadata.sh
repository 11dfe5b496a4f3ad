#!/bin/sh
# A Factur-X invoice made by WeasyPrint, as its documentation has it, is an ordinary PDF for readers of metadata.
#
# What a PDF/A-3 says of the invoice in it (its profile and its file's name) stands in its metadata, XMP: one rdf:RDF
# within x:xmpmeta. WeasyPrint writes its own and puts what it is given with `xmp_metadata` behind it, as a second one;
# the documentation's own example is an rdf:RDF. pypdf and pikepdf read the first and find no invoice; ExifTool reads
# both. And the catalogue's /AF names the attached file twice.
#
# Whom it hurts: who sends invoices so. The file looks right in a viewer, the XML is attached, and a portal or an inbox
# that goes by the metadata files it as paper. Give the XML to the PDF by factur-x or pikepdf, which write one
# rdf:RDF; or read the metadata back before sending.
#
# Exit code 0: still so. Written on 2026-11-29. Needs Pango on the machine, as WeasyPrint does.
set -eu

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT INT TERM
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check \
    weasyprint==70.0 pypdf==7.1.1 pikepdf==10.10.0

cd "$folder"
cat >metadata.py <<'PYTHON'
from importlib.metadata import version
from io import BytesIO

import pikepdf
import pypdf
import weasyprint

FX = "urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#"
given = f"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:fx="{FX}">
  <rdf:Description rdf:about="">
    <fx:ConformanceLevel>EN 16931</fx:ConformanceLevel>
    <fx:DocumentFileName>factur-x.xml</fx:DocumentFileName>
    <fx:DocumentType>INVOICE</fx:DocumentType>
    <fx:Version>1.0</fx:Version>
  </rdf:Description>
</rdf:RDF>"""
document = weasyprint.HTML(string="<title>Invoice 1001</title><h1>Invoice").render()
document.metadata.attachments = [
    weasyprint.Attachment(string="<invoice/>", name="factur-x.xml", relationship="Data")
]
document.metadata.xmp_metadata = [given.encode()]
made = BytesIO(document.write_pdf(pdf_variant="pdf/a-3b"))

reader = pypdf.PdfReader(made)
root = reader.trailer["/Root"]
packet = root["/Metadata"].get_object().get_data().decode()
by_pypdf = reader.xmp_metadata.rdf_root.toxml().count("<fx:")
with pikepdf.open(made) as pdf, pdf.open_metadata() as found:
    by_pikepdf = sum(FX in name for name in found)

names = ("weasyprint", "pypdf", "pikepdf")
print(", ".join(f"{name} {version(name)}" for name in names))
print("expected: 1 rdf:RDF; 4 properties of the invoice by pypdf, 4 by pikepdf; 1 file in /AF")
print(
    f"seen:     {packet.count('<rdf:RDF')} rdf:RDF; {by_pypdf} by pypdf, {by_pikepdf} by pikepdf; "
    f"{len(root['/AF'])} in /AF, of {len(set(root['/AF']))} file"
)
seen = (packet.count("<rdf:RDF"), by_pypdf, by_pikepdf, len(root["/AF"]))
raise SystemExit(seen != (2, 0, 0, 2))
PYTHON
venv/bin/python metadata.py
