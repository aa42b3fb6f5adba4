// Browsers that refuse storage keep the automatic theme.
try {
  document.documentElement.style.colorScheme = localStorage.getItem("theme") ?? "";
} catch {}
