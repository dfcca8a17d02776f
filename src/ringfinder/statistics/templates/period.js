document.getElementById("lang").addEventListener("click", () => {
  const root = document.documentElement;
  root.dataset.lang = root.dataset.lang === "zh" ? "en" : "zh";
  root.lang = root.dataset.lang === "zh" ? "zh-CN" : "en";
});
