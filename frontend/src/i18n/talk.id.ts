/** The words of messages and calls for help: fetched beside the exam. */
export const talk = {
  message: "Pesan dari pengawas",
  messageRead: "Sudah saya baca",
  help: "Panggil pengawas",
  helpLead: "Pilih keperluan Anda; pengawas datang ke tempat Anda.",
  helpTime: "Waktu tetap berjalan.",
  computer: "Komputer atau layar",
  network: "Jaringan",
  question: "Soal tidak jelas atau tidak terbaca",
  health: "Ke toilet atau kesehatan",
  other: "Keperluan lain",
  helpCalled: (time: string) => `Pengawas sudah diberi tahu ${time}.`,
  helpComing: "Pengawas datang.",
  helpCancel: "Batalkan panggilan",
  helpUnheard: "Panggilan belum sampai. Angkat tangan Anda; pengawas melihatnya.",
};
