/** What the fuzzer and attacks by hand have found: looked at in every sample again. */

export const foundDocuments: readonly string[] = [
  // Opened again, its status stood in the indentation of an empty line: the frontmatter could not be read any more.
  '\uFEFF---\n \nn: 1\n---\n',
  // Completed, it named a value that was gone; or, worse, another one of that name.
  '---\nstatus: &a active\nx: *a\n---\n',
  '---\nx: &a one\nstatus: &a active\ny: *a\n---\n',
  '---\nrequires: &a [b]\nx: *a\n---\n',
  // Opened again, its status was the beginning of another word: of an anchor or a tag that stood before all entries.
  '---\n &a\nstatus: active\nn: 1\n---\n',
  '---\n !!str\nstatus: active\nn: 1\n---\n',
  '---\n &a\nstatus: active\n---\n',
  // A checklist line with a line end in it that is none to us was passed over, and never proved.
  '---\nstatus: active\n---\n## Verification\n- [ ] pasted\u2028from a chat\n- [ ] and\rthis\n',
]

export const foundFolders: readonly Readonly<Record<string, string>>[] = [
  // Mended line by line, the second line of the same words came only the second time.
  { 'docs/a.md': '---\nstatus: active\n---\n## Verification\n- [ ]It is done\n  goes on\n- [] It is done' },
  {
    'docs/a.md': '---\nstatus: active\nrequires: [b]\ntitle: "one\\n✓ two\\u001b[2J"\n---\n',
    'docs/b.md': '---\nstatus: active\ntitle: "one\\n✓ two"\n---\n',
  },
  {
    'docs/a.md': '---\nstatus: active\nrequires: [b]\n---\n',
    'docs/b.md': '---\ntitle: B\n---\n## Verification\n- [ ] one\n- [ ] one\n',
  },
]
