// The few sentences scripts say by themselves, in the language of the page.
const VI = {
  saving: "Đang lưu…",
  saved: (time) => `Đã lưu lúc ${time}`,
  kept: "Chưa gửi được lên máy chủ. Nội dung được giữ trên máy này và sẽ tự gửi lại.",
  restored: "Đã lấy lại nội dung bạn nhập dở trên máy này.",
  expired: "Phiên làm việc đã hết. Nội dung được giữ trên máy này; hãy đăng nhập lại.",
  leave: "Nội dung bạn nhập chưa được lưu.",
  large: (name, limit) => `Tệp “${name}” lớn hơn ${limit}. Hãy chọn tệp nhỏ hơn.`,
  sending: (percent) => `Đang gửi ${percent} %`,
  broken: "Mất kết nối khi đang gửi. Những gì đã nhập vẫn còn; hãy bấm gửi lại, hồ sơ không bị nộp hai lần.",
  copied: "Đã chép",
  failed: "Máy chủ chưa trả lời được. Hãy thử lại sau ít phút.",
};
const EN = {
  saving: "Saving…",
  saved: (time) => `Saved at ${time}`,
  kept: "Could not reach the server. Your text is kept on this device and will be sent again.",
  restored: "Your unfinished text was restored from this device.",
  expired: "Your session has ended. Your text is kept on this device; please sign in again.",
  leave: "What you typed has not been saved.",
  large: (name, limit) => `“${name}” is larger than ${limit}. Choose a smaller file.`,
  sending: (percent) => `Sending ${percent}%`,
  broken: "The connection broke while sending. Nothing you typed is lost; press send again, it will not be filed twice.",
  copied: "Copied",
  failed: "The server could not answer. Please try again in a few minutes.",
};

export const words = document.documentElement.lang.startsWith("en") ? EN : VI;

/** 1536000 → "1,5 MB" */
export function fileSize(bytes) {
  const [amount, unit] = bytes >= 1e6 ? [bytes / 1e6, "MB"] : [bytes / 1e3, "kB"];
  return `${amount.toLocaleString(document.documentElement.lang, { maximumFractionDigits: 1 })} ${unit}`;
}

export function clock(date = new Date()) {
  return `${String(date.getHours()).padStart(2, "0")}:${String(date.getMinutes()).padStart(2, "0")}`;
}
