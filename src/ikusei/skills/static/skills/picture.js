// Saves the picture of a map, which the server draws as SVG, as PNG. Without this the SVG can still be saved.
"use strict";

const SHARPNESS = 2;

async function pngOf(address) {
  const drawing = await (await fetch(address)).blob();
  const source = URL.createObjectURL(drawing);
  try {
    const image = new Image();
    image.src = source;
    await image.decode();
    const canvas = document.createElement("canvas");
    canvas.width = image.naturalWidth * SHARPNESS;
    canvas.height = image.naturalHeight * SHARPNESS;
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    return await new Promise((resolve) => {
      canvas.toBlob(resolve, "image/png");
    });
  } finally {
    URL.revokeObjectURL(source);
  }
}

for (const button of document.querySelectorAll("[data-save-png]")) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    button.disabled = true;
    try {
      const address = URL.createObjectURL(await pngOf(button.dataset.savePng));
      const link = document.createElement("a");
      link.href = address;
      link.download = "map.png";
      link.click();
      setTimeout(() => URL.revokeObjectURL(address), 1000);
    } finally {
      button.disabled = false;
    }
  });
}
