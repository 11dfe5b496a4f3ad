#!/bin/sh
# A credit note that @e-invoice-eu/core writes for Factur-X does not say which invoice it takes back.
#
# The invoice that a credit note refers to (BT-25, with its date BT-26) is asked for and accepted as
# cac:BillingReference / cac:InvoiceDocumentReference, and is there in the XML in the syntax UBL. In CII, which is what
# Factur-X and ZUGFeRD have in their PDF, it is left out without a word: the mapping looks for it one level too high.
# The project's issue 455 of March 2026 told of it and is closed. The day on which tax is due (BT-7) is left out, too.
# The XML is valid: the norm's rules do not ask for either.
#
# Whom it hurts: who corrects invoices. In the EU a credit note counts as one only where it names its invoice (Directive
# 2006/112/EC, Article 219); France's rules refuse it. The buyer's books cannot tell what is taken back.
#
# Exit code 0: still so. Written on 2026-11-29. Needs Node.js 20.
set -eu

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT INT TERM
cd "$folder"
echo '{"type": "module"}' >package.json
npm install --silent --no-audit --no-fund --ignore-scripts @e-invoice-eu/core@2.3.4

cat >credit.js <<'NODE'
import { readFileSync } from 'node:fs';
import { InvoiceService } from '@e-invoice-eu/core';

const EUR = 'EUR';
const amount = (name, value) => ({ [`cbc:${name}`]: value, [`cbc:${name}@currencyID`]: EUR });
const category = { 'cbc:ID': 'S', 'cbc:Percent': '7', 'cac:TaxScheme': { 'cbc:ID': 'VAT' } };
const party = (name, country) => ({
  'cac:Party': {
    'cbc:EndpointID': 'post@moewe.example',
    'cbc:EndpointID@schemeID': 'EM',
    'cac:PostalAddress': { 'cac:Country': { 'cbc:IdentificationCode': country } },
    'cac:PartyLegalEntity': { 'cbc:RegistrationName': name },
  },
});
const seller = party('Pension', 'DE');
seller['cac:Party']['cac:PartyTaxScheme'] = [
  { 'cbc:CompanyID': 'DE999999999', 'cac:TaxScheme': { 'cbc:ID': 'VAT' } },
];
const creditNote = {
  'ubl:Invoice': {
    'cbc:CustomizationID': 'urn:cen.eu:en16931:2017',
    'cbc:ProfileID': 'urn:fdc:peppol.eu:2017:poacc:billing:01:1.0',
    'cbc:ID': '1002',
    'cbc:IssueDate': '2027-06-10',
    'cbc:InvoiceTypeCode': '381',
    'cbc:TaxPointDate': '2027-05-31',
    'cbc:DocumentCurrencyCode': EUR,
    'cac:BillingReference': [
      { 'cac:InvoiceDocumentReference': { 'cbc:ID': '1001', 'cbc:IssueDate': '2027-06-01' } },
    ],
    'cac:AccountingSupplierParty': seller,
    'cac:AccountingCustomerParty': party('Ada Lovelace', 'FR'),
    'cac:PaymentTerms': { 'cbc:Note': 'Paid back' },
    'cac:TaxTotal': [
      {
        ...amount('TaxAmount', '7.00'),
        'cac:TaxSubtotal': [
          { ...amount('TaxableAmount', '100.00'), ...amount('TaxAmount', '7.00'), 'cac:TaxCategory': category },
        ],
      },
    ],
    'cac:LegalMonetaryTotal': {
      ...amount('LineExtensionAmount', '100.00'),
      ...amount('TaxExclusiveAmount', '100.00'),
      ...amount('TaxInclusiveAmount', '107.00'),
      ...amount('PayableAmount', '107.00'),
    },
    'cac:InvoiceLine': [
      {
        'cbc:ID': '1',
        'cbc:InvoicedQuantity': '1',
        'cbc:InvoicedQuantity@unitCode': 'C62',
        ...amount('LineExtensionAmount', '100.00'),
        'cac:Item': { 'cbc:Name': 'Night', 'cac:ClassifiedTaxCategory': category },
        'cac:Price': amount('PriceAmount', '100.00'),
      },
    ],
  },
};

const silent = { log() {}, info() {}, debug() {}, verbose() {}, warn: console.warn, error: console.error };
const service = new InvoiceService(silent);
const held = async (format) => {
  const xml = String(await service.generate(structuredClone(creditNote), { format, lang: 'en' }));
  return { reference: xml.includes('>1001<'), taxDay: /TaxPointDate/.test(xml) };
};
const seen = { UBL: await held('UBL'), CII: await held('CII') };
const { version } = JSON.parse(readFileSync('node_modules/@e-invoice-eu/core/package.json', 'utf8'));
console.log(`@e-invoice-eu/core ${version}`);
console.log('expected: UBL and CII both name invoice 1001 and the day on which tax is due');
console.log(`seen:     ${JSON.stringify(seen)}`);
const still = JSON.stringify(Object.values(seen).flatMap(Object.values)) === '[true,true,false,false]';
process.exit(still ? 0 : 1);
NODE
node credit.js
