document.documentElement.style.colorScheme = localStorage.getItem("theme") ?? "";
