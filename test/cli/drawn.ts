/** The diamond with its base complete, and how `mikado graph` draws it. */
import { card } from '../rig/repository.ts'
import { diamond } from './diamond.ts'

export const flowchart = `flowchart TD
  accTitle: Cards and what they require
  accDescr: 4 cards: 1 complete, 2 ready, 1 blocked. An arrow leads from a card to one that it requires.
  n0["✓ base<br/>Base"]:::complete
  n1["● left<br/>Left"]:::ready
  n2["● right<br/>Right"]:::ready
  n3(["○ goal<br/>The goal"]):::blocked
  n1 --> n0
  n2 --> n0
  n3 --> n1
  n3 --> n2
  subgraph legend["→ requires"]
    is_complete["✓ complete"]:::complete
    is_ready["● ready"]:::ready
    is_blocked["○ blocked"]:::blocked
  end
  classDef complete fill:#dafbe1,stroke:#1a7f37,color:#0a3d1c
  classDef ready fill:#ddf4ff,stroke:#0969da,color:#0a3069
  classDef blocked fill:#f6f8fa,stroke:#59636e,color:#1f2328
`
/** Between these lines stands the picture of a document. */
export const markers = '<!-- mikado:graph -->\n<!-- /mikado:graph -->\n'
export const documents = { ...diamond, 'docs/base.md': card({ title: 'Base', complete: true }) }
