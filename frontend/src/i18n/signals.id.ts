/** The words of what was recorded, after the exam. */
export const signals = {
  open: "Apa yang dicatat tentang saya",
  title: "Apa yang dicatat selama ujian Anda",
  rest: "Ini yang dicatat halaman dan server. Catatan lain, misalnya pemeriksaan identitas dan kejadian di ruang, dapat diminta kepada LSP.",
  first: "Catatan ini tidak menilai Anda; pengawas melihatnya bila perlu membantu.",
  nothing: "Tidak ada kejadian yang dicatat.",
  loading: "Mengambil catatan…",
  failed: "Catatan belum dapat diambil. Periksa jaringan, lalu coba lagi.",
  again: "Coba lagi",
  times: (times: number) => `${times} kali`,
  lasted: (seconds: string) => `${seconds} detik`,
  each: "Satu per satu",
  more: "Catatan sangat banyak; sebagian hanya dihitung.",
};
