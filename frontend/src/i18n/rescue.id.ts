/** The words of the rescue file, fetched with its screen while the line is still there. */
export const rescue = {
  title: "Berkas jawaban",
  why: (count: number) =>
    `Jaringan terputus saat waktu habis, jadi ${count} jawaban terakhir belum sampai di server. Jawaban itu aman di komputer ini dan dapat disimpan sebagai berkas.`,
  late: (count: number) =>
    `Jaringan terputus saat waktu habis, jadi ${count} jawaban terakhir tidak sampai di server pada waktunya. Jawaban itu dapat disimpan sebagai berkas dan diajukan untuk dinilai.`,
  call: "Angkat tangan dan tunggu pengawas. Jangan tutup halaman ini.",
  save: "Simpan berkas jawaban",
  saveAgain: "Simpan sekali lagi",
  wordsTitle: "Enam kata berkas Anda",
  show: (time: string) => `Tunjukkan enam kata ini kepada pengawas sebelum Anda pergi. Pengawas mencatatnya sebelum ${time}; tanpa catatan itu berkas tidak dapat dipakai.`,
  file: (name: string) => `Berkas “${name}” ada di folder unduhan komputer ini. Pengawas menyalinnya. Isinya tidak perlu dan tidak boleh diubah.`,
  next: "Setelah berkas diunggah dan disetujui oleh orang kedua, jawaban di dalamnya ikut dinilai.",
};
