// What a page is too narrow for is scrolled, by keyboard too.

document.addEventListener("DOMContentLoaded", () => {
  for (const box of document.querySelectorAll("pre, .course-picture, math[display=block]")) {
    if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
  }
});
