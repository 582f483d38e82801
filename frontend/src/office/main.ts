document.getElementById("app")!.textContent = "Sahih";
