// notify: what a script wants to have told to people; whoever ran the script does it.
internal.visible("notify", {
  email(to, subject, body) {
    if (internal.effects.length >= internal.limits.effects) throw new Error("notify.email was called too often");
    internal.effects.push({ kind: "email", to: String(to), subject: String(subject ?? ""), body: String(body ?? "") });
  },
});
