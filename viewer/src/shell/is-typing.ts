/** Whether a key was pressed where text is typed or a value is chosen: it is no shortcut then. */
export function isTyping({ target }: Event): boolean {
  return target instanceof Element && target.closest('input, select, textarea') !== null;
}
