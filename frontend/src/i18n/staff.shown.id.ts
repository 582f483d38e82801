/** Words of what every page of statistics shows: figures that explain themselves, plots and their tables. */
export const staffShownId = {
  explain: (title: string) => `Apa arti ${title}?`,
  meaning: "Arti angka",
  n: "Banyaknya data (n)",
  formula: "Cara menghitung",
  source: "Sumber",
  leastN: "Perlu",
  method: "Batas dalam metode kajian",
  inMethod: "seperti yang disahkan komite dalam metode kajian",
  interval: "selang 95 %",
  tableAndFiles: "Tabel dan unduhan",
  tableOf: (title: string) => `Tabel: ${title}`,
  lower: "batas bawah 95 %",
  upper: "batas atas 95 %",
  noPicture: "Gambar tidak dapat dibuat di peramban ini; SVG tetap dapat diunduh.",
};
