// Dragging by mouse, pen or finger, with what is dragged drawn at the pointer.

const FAR = 6; // px before a press is a drag
const EDGE = 48; // px from a list's edge in which it scrolls

/** Let rows with `data-drop` and `data-path` be dragged onto rows of the other side. */
export function draggable(root, { start, drop, end }) {
  let drag = null;

  const over = (event) => {
    const node = document.elementFromPoint(event.clientX, event.clientY)?.closest("[data-drop]");
    if (!node || !root.contains(node) || node.dataset.drop === drag.side) return null;
    return node.dataset.drop === "new" && drag.side !== "vendor" ? null : node;
  };

  const begin = () => {
    drag.isOn = true;
    drag.ghost = document.createElement("div");
    drag.ghost.className = "m-ghost";
    drag.ghost.textContent = drag.path;
    document.body.append(drag.ghost);
    root.dataset.dragging = drag.side;
    start(drag.side, drag.path);
  };

  const stop = () => {
    drag?.ghost?.remove();
    drag?.target?.classList.remove("over");
    cancelAnimationFrame(drag?.frame);
    delete root.dataset.dragging;
    removeEventListener("pointermove", move);
    removeEventListener("pointerup", up);
    removeEventListener("pointercancel", stop);
    removeEventListener("keydown", escape, true);
    if (drag?.isOn) end();
    drag = null;
  };

  const scroll = () => {
    if (!drag) return;
    for (const list of root.querySelectorAll(".m-list")) {
      const box = list.getBoundingClientRect();
      if (drag.x < box.left || drag.x > box.right || drag.y < box.top || drag.y > box.bottom) continue;
      if (drag.y < box.top + EDGE) list.scrollTop -= 12;
      if (drag.y > box.bottom - EDGE) list.scrollTop += 12;
    }
    drag.frame = requestAnimationFrame(scroll);
  };

  const move = (event) => {
    if (!drag.isOn) {
      if (Math.hypot(event.clientX - drag.x, event.clientY - drag.y) < FAR) return;
      begin();
      scroll();
    }
    event.preventDefault();
    drag.x = event.clientX;
    drag.y = event.clientY;
    drag.ghost.style.transform = `translate(${event.clientX + 12}px, ${event.clientY + 8}px)`;
    const target = over(event);
    if (target !== drag.target) {
      drag.target?.classList.remove("over");
      target?.classList.add("over");
      drag.target = target;
    }
  };

  const up = (event) => {
    const done = drag;
    const target = done.isOn ? over(event) : null;
    if (done.isOn) {
      // The press ends in a click that is none.
      const swallow = (click) => {
        click.stopPropagation();
        click.preventDefault();
      };
      addEventListener("click", swallow, { capture: true, once: true });
      setTimeout(() => removeEventListener("click", swallow, { capture: true }));
    }
    stop();
    if (target) drop({ side: done.side, path: done.path }, { side: target.dataset.drop, path: target.dataset.path });
  };

  const escape = (event) => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    stop();
  };

  root.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || drag) return;
    const head = event.target.closest(".m-head");
    // A finger on a row scrolls; only the grip drags.
    if (!head || (event.pointerType === "touch" && !event.target.closest(".m-grip"))) return;
    const row = head.closest("[data-drop]");
    drag = { side: row.dataset.drop, path: row.dataset.path, x: event.clientX, y: event.clientY, isOn: false };
    addEventListener("pointermove", move);
    addEventListener("pointerup", up);
    addEventListener("pointercancel", stop);
    addEventListener("keydown", escape, true);
  });
}
