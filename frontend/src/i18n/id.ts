/** The words of the exam in Indonesian, the language they are written in first. */
export const id = {
  brand: "Sahih",
  brandLine: "Ujian sertifikasi",
  skip: "Langsung ke isi",
  language: "Bahasa",
  loading: "Menghubungi server ujian…",
  loadingHint: "Bila ini berlangsung lebih dari satu menit, beri tahu pengawas.",
  close: "Tutup",
  errorNumber: (number: number) => `Nomor ${number}`,
  incident: (incident: string) => `Kode kejadian: ${incident}`,

  // display settings
  display: "Tampilan",
  smaller: "A−",
  smallerName: "Perkecil huruf",
  usual: "A",
  usualName: "Huruf biasa",
  larger: "A+",
  largerName: "Perbesar huruf",
  contrast: "Kontras tinggi",

  // log in
  pin: "PIN",
  pinHint: "10 huruf dan angka; besar-kecil huruf dan tanda hubung tidak berpengaruh.",
  loginAgainTitle: "Sesi masuk berakhir",
  loginAgain: "Masuk lagi",

  // confirm
  passMark: "Batas lulus",
  passMarkOf: (mark: number) => `nilai ${mark} atau lebih`,

  // waiting room
  checkSaveBadHint: "Ujian tetap bisa berjalan: setiap jawaban langsung dikirim ke server. Jangan memuat ulang atau menutup halaman ini, dan beri tahu pengawas.",
  start: "MULAI",
  logout: "Keluar",

  // question
  question: (position: number) => `Soal ${position}`,
  questionOf: (position: number, of: number) => `Soal ${position} dari ${of}`,
  choices: (position: number) => `Pilihan jawaban soal ${position}`,
  timeLeft: "Sisa waktu",
  hideTimeName: "Sembunyikan sisa waktu",
  showTime: "Tampilkan sisa waktu",
  list: "Daftar soal",
  sharedCase: "Kasus",
  previous: "SOAL SEBELUMNYA",
  doubtful: "RAGU-RAGU",
  next: "SOAL BERIKUTNYA",
  toSummary: "Ringkasan dan selesai",
  clear: "Hapus jawaban",
  remark: "Catatan untuk soal ini",
  shortcuts: (letters: string) => `Tombol pintas: ${letters} menjawab, ← → pindah soal, R ragu-ragu; ↑ ↓ berpindah pilihan, Spasi memilih`,
  legend: "Keterangan",
  legendEmpty: "belum dijawab",
  legendAnswered: "dijawab",
  legendDoubtful: "ragu-ragu",
  legendCurrent: "soal ini",
  cell: (position: number, letter: string | null, doubtful: boolean, current: boolean) =>
    [`Soal ${position}`, letter ? `dijawab ${letter}` : "belum dijawab", ...(doubtful ? ["ragu-ragu"] : []), ...(current ? ["soal ini"] : [])].join(", "),
  progress: (answered: number, of: number) => `${answered} dari ${of} dijawab`,
  cue20: (left: string) => `Sisa waktu tinggal 20 persen: ${left}.`,
  cue5: (left: string) => `Sisa waktu tinggal 5 persen: ${left}.`,
  inWords: (minutes: number, seconds: number) =>
    minutes === 0 ? `${seconds} detik` : seconds === 0 ? `${minutes} menit` : `${minutes} menit ${seconds} detik`,
  savedServer: (time: string) => `Tersimpan di server ${time}`,
  savedHere: "Tersimpan di komputer ini, menunggu jaringan",
  savedSending: "Tersimpan di komputer ini, sedang dikirim",
  unsaved: "Belum tersimpan",
  noChange: "Belum ada jawaban",
  offlineTitle: "Jaringan terputus.",
  offline: "Waktu tetap berjalan; jawaban Anda aman di komputer ini.",
  offlineMemory: "Waktu tetap berjalan; jawaban Anda ada di halaman ini.",
  stayHere: "Jangan memuat ulang atau menutup halaman ini.",
  unsentCount: (count: number) => `${count} jawaban menunggu dikirim.`,
  strangerTitle: "Jaringan ini dijawab oleh halaman lain, bukan server ujian.",
  stranger: "Misalnya halaman masuk Wi-Fi. Beri tahu pengawas",
  memoryTitle: "Peramban ini tidak dapat menyimpan jawaban di komputer ini.",

  // paused, locked, moved
  pausedTitle: "Ujian dijeda",
  paused: "Pengawas menjeda ujian. Waktu Anda berhenti dan jawaban Anda aman. Ujian berlanjut sendiri.",
  resumesSoon: "Sebentar lagi ujian dilanjutkan.",
  resumesIn: (time: string) => `Dilanjutkan dalam ${time}`,
  lockedTitle: "Waktu ujian sudah habis",
  locked: "Terima kasih, Anda sudah bekerja sampai akhir. Jawaban tidak dapat diubah lagi.",
  lockedSending: (count: number) => `${count} jawaban terakhir sedang dikirim ke server. Jangan tutup halaman ini.`,
  lockedSent: "Semua jawaban sudah di server. Tanda terima segera tampil.",
  lockedOpen: "Server belum menutup ujian Anda. Bila pengawas menambah waktu, soal terbuka lagi dengan sendirinya.",

  // finish
  finish: "SELESAI UJIAN",
  collectingTitle: "Mengumpulkan jawaban",
  collecting: "Jawaban sedang dikirim ke server. Ini biasanya hanya beberapa detik. Jangan tutup halaman ini.",
  collectingOffline: "Jaringan terputus, jadi ujian Anda belum dikumpulkan. Jangan tutup halaman ini: dari sini jawaban Anda dikumpulkan segera setelah jaringan kembali. Waktu tetap berjalan.",
  keepWorking: "Kembali ke soal",

  // other ends
  stoppedTitle: "Halaman ini terhenti",
  stopped: "Jawaban yang sudah disimpan tetap aman. Muat ulang halaman; bila tetap begini, panggil pengawas.",
  reload: "Muat ulang",

  // practice
  practiceTitle: "Latihan",

  // numbered refusals: what happened, and what to do
  r911: "Server ujian belum terjangkau. Periksa kabel atau Wi-Fi, lalu coba lagi.",
  r912: "Yang menjawab bukan server ujian, misalnya halaman masuk Wi-Fi. Beri tahu pengawas.",
  r913: "Halaman ini mengalami gangguan. Muat ulang; bila tetap begini, panggil pengawas.",
  rOther: "Permintaan ini tidak dapat dijalankan. Coba lagi; bila tetap gagal, panggil pengawas.",
};
