/** The login form for a client: fields `login` and `password`, posted to where it came from. */
export function loginPage(clientName: string, problem?: string): string {
  return page(`<p>Log in to <strong>${escapeHtml(clientName)}</strong>.</p>
${problem ? `<p role="alert">${escapeHtml(problem)}</p>` : ''}
<form method="post">
<p><label>User <input name="login" autocomplete="username" autocapitalize="none" required autofocus></label></p>
<p><label>Password <input name="password" type="password" autocomplete="current-password" required></label></p>
<p><button type="submit">Log in</button></p>
</form>`)
}

export function messagePage(message: string): string {
  return page(`<p role="alert">${escapeHtml(message)}</p>`)
}

/** Asks whether to log out; `form` is oidc-provider's own, with the id `op.logoutForm`. */
export function logoutPage(form: string): string {
  return page(`<p>Log out of the sandbox's provider?</p>
${form}
<p><button type="submit" form="op.logoutForm" name="logout" value="yes" autofocus>Log out</button>
<button type="submit" form="op.logoutForm">Stay logged in</button></p>`)
}

function page(body: string): string {
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Sandbox login</title><meta name="viewport" content="width=device-width">
<style>body { font: 1rem/1.5 system-ui, sans-serif; max-width: 24rem; margin: 3rem auto; padding: 0 1rem }
input { display: block; width: 100%; font: inherit } [role=alert] { color: #a00 } small { color: #555 }</style></head>
<body><h1>Sandbox login</h1>
${body}
<p><small>This is the sandbox's own identity provider, on this machine only. It is no production service.</small></p>
</body></html>
`
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`)
}
