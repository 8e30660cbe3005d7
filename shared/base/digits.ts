/** A whole number as text, its thousands apart: "60,000,000". Numbers that are none stay as they print. */
export function groupedDigits(value: number): string {
  return String(value).replace(/(?<=\d)(?=(\d{3})+$)/g, ',')
}
