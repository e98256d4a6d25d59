// What a reader meets on the page that is shown: where its links lead, and what he cannot read or see.
(async () => {
  const wrong = [];
  const said = (text) => JSON.stringify(text.trim().replace(/\s+/g, " ").slice(0, 50));
  for (const image of document.images) {
    await image.decode().catch(() => {});
    if (!image.naturalWidth) wrong.push(`the picture ${image.getAttribute("src")} is not shown`);
    if (!image.alt) wrong.push(`the picture ${image.getAttribute("src")} has no words for who does not see it`);
  }
  if (document.documentElement.scrollWidth > innerWidth)
    wrong.push(`the page is ${document.documentElement.scrollWidth} wide in a window of ${innerWidth}`);

  // Contrast: https://www.w3.org/TR/WCAG21/#contrast-minimum (1.4.3), luminance as its glossary defines it.
  const colour = (text) => text.match(/[\d.]+/g).map(Number);
  const luminance = (rgb) => {
    const [r, g, b] = rgb.slice(0, 3).map((one) => one / 255).map((one) => (one <= 0.04045 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = (element) => {
    for (; element; element = element.parentElement) {
      const found = colour(getComputedStyle(element).backgroundColor);
      if (found.length < 4 || found[3] === 1) return found;
    }
    return [255, 255, 255];
  };
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const faint = new Set();
  while (texts.nextNode()) {
    const element = texts.currentNode.parentElement;
    if (!texts.currentNode.data.trim() || !element.checkVisibility()) continue;
    const style = getComputedStyle(element);
    const size = parseFloat(style.fontSize);
    const large = size >= 24 || (size >= 18.66 && style.fontWeight >= 700);
    const [low, high] = [luminance(colour(style.color)), luminance(behind(element))].sort((a, b) => a - b);
    const ratio = (high + 0.05) / (low + 0.05);
    if (ratio < (large ? 3 : 4.5)) faint.add(`contrast ${ratio.toFixed(1)} of ${said(element.textContent)}`);
    if (size < 12) faint.add(`${size} px small: ${said(element.textContent)}`);
  }
  return {
    wrong: [...wrong, ...faint],
    links: [...document.links].map((link) => link.href),
    ids: [...document.querySelectorAll("[id]")].map((element) => element.id),
    title: document.title,
  };
})();
