/** The words of the practice exam. */
export const practice = {
  practiceFailed: "Soal latihan belum dapat diambil. Periksa jaringan, lalu coba lagi.",
  practiceLead: "Layar ini sama dengan layar ujian. Soalnya contoh, tidak dinilai, dan tidak disimpan.",
  practiceWhat: (items: number, minutes: number) => `${items} soal, ${minutes} menit. Coba Daftar soal, RAGU-RAGU, tombol papan ketik, dan jaringan terputus.`,
  practiceStrip: "Latihan: tidak dinilai",
  practiceCut: "Coba putuskan jaringan",
  practiceResult: "Hasil latihan",
  practiceScore: (correct: number, items: number) => `Benar ${correct} dari ${items}`,
  practiceYour: (answer: string) => `Jawaban Anda: ${answer}`,
  practiceNone: "kosong",
  practiceRight: (answer: string) => `Jawaban benar: ${answer}`,
  practiceGood: "Benar",
  practiceBad: "Belum tepat",
  practiceAgain: "Ulangi latihan",
  practiceBack: "Kembali ke ujian",
  tryAgain: "Coba lagi",
};
