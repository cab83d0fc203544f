/**
 * The rules of a cell as a table: what both sides last agreed on, what the agent and the human made of
 * it, and what comes of that. One line is one case on a row of its own.
 *
 *     *   the value of a usual row           ⏎   a line end
 *     -   as it was before; nothing          ␣   a blank at an end
 *     ∅   empty                              x×9 nine times x
 *     {5} a number or a tick, not a text     ƒ=  a formula
 *     @   the serial of a time
 *
 * @module
 */

/** Both sides agreed on `base`; then the agent wrote `database` and the human `sheet`. */
export const CELL_RULES = String.raw`
# column   | base       | database             | sheet                 | and                        | verdict                | database after                     | sheet after                        | explained in Notes                 | audit

== Pending_Approvals: what belongs to the database
ID         | *          | -                    | -                     | -                          | quiet                  | -                                  | -                                  | -                                  | -
ID         | *          | -                    | my-own-id             | -                          | restored ID-EDITED     | -                                  | -                                  | -                                  | human restored
ID         | *          | -                    | ∅                     | -                          | restored ID-EDITED     | -                                  | -                                  | -                                  | human restored
ID         | *          | -                    | {42}                  | -                          | restored ID-EDITED     | -                                  | -                                  | -                                  | human restored
ID         | *          | -                    | (row emptied)         | -                          | restored               | -                                  | -                                  | -                                  | human restored
Type       | *          | -                    | -                     | -                          | quiet                  | -                                  | -                                  | -                                  | -
Type       | *          | project              | -                     | -                          | exported               | project                            | project                            | -                                  | agent exported
Type       | *          | -                    | config                | -                          | restored SYSTEM-CELL   | -                                  | -                                  | -                                  | human restored
Type       | *          | -                    | ∅                     | -                          | restored SYSTEM-CELL   | -                                  | -                                  | -                                  | human restored
Type       | *          | -                    | (row emptied)         | -                          | restored               | -                                  | -                                  | -                                  | human restored
Type       | *          | -                    | ƒ="as it was"         | -                          | restored SYSTEM-CELL   | -                                  | -                                  | -                                  | human restored
Type       | *          | project              | config                | -                          | restored SYSTEM-CELL   | project                            | project                            | -                                  | human restored
Type       | *          | project              | project               | -                          | agreed                 | project                            | project                            | -                                  | -
Action     | *          | -                    | -                     | -                          | quiet                  | -                                  | -                                  | -                                  | -
Action     | *          | update               | -                     | -                          | exported               | update                             | update                             | -                                  | agent exported
Action     | *          | -                    | delete                | -                          | restored SYSTEM-CELL   | -                                  | -                                  | -                                  | human restored
Action     | *          | -                    | ∅                     | -                          | restored SYSTEM-CELL   | -                                  | -                                  | -                                  | human restored
Action     | *          | -                    | (row emptied)         | -                          | restored               | -                                  | -                                  | -                                  | human restored
Action     | *          | -                    | ƒ="as it was"         | -                          | restored SYSTEM-CELL   | -                                  | -                                  | -                                  | human restored
Action     | *          | update               | delete                | -                          | restored SYSTEM-CELL   | update                             | update                             | -                                  | human restored
Action     | *          | update               | update                | -                          | agreed                 | update                             | update                             | -                                  | -
Item       | *          | -                    | -                     | -                          | quiet                  | -                                  | -                                  | -                                  | -
Item       | *          | Add SSO              | -                     | -                          | exported               | Add SSO                            | Add SSO                            | -                                  | agent exported
Item       | *          | -                    | Add everything        | -                          | restored SYSTEM-CELL   | -                                  | -                                  | -                                  | human restored
Item       | *          | -                    | ∅                     | -                          | restored SYSTEM-CELL   | -                                  | -                                  | -                                  | human restored
Item       | *          | -                    | (row emptied)         | -                          | restored               | -                                  | -                                  | -                                  | human restored
Item       | *          | -                    | ƒ="as it was"         | -                          | restored SYSTEM-CELL   | -                                  | -                                  | -                                  | human restored
Item       | *          | Add SSO              | Add everything        | -                          | restored SYSTEM-CELL   | Add SSO                            | Add SSO                            | -                                  | human restored
Item       | *          | Add SSO              | Add SSO               | -                          | agreed                 | Add SSO                            | Add SSO                            | -                                  | -
Requested  | *          | -                    | -                     | -                          | quiet                  | -                                  | -                                  | -                                  | -
Requested  | *          | 2026-01-14T10:00:00Z | -                     | -                          | exported               | 2026-01-14T10:00:00Z               | 2026-01-14 10:00                   | -                                  | agent exported
Requested  | *          | -                    | @2030-01-01T00:00:00Z | -                          | restored TIMESTAMP     | -                                  | -                                  | -                                  | human restored
Requested  | *          | -                    | ∅                     | -                          | restored TIMESTAMP     | -                                  | -                                  | -                                  | human restored
Requested  | *          | -                    | (row emptied)         | -                          | restored               | -                                  | -                                  | -                                  | human restored
Requested  | *          | -                    | ƒ="as it was"         | -                          | restored TIMESTAMP     | -                                  | -                                  | -                                  | human restored
Requested  | *          | 2026-01-14T10:00:00Z | @2030-01-01T00:00:00Z | -                          | restored TIMESTAMP     | 2026-01-14T10:00:00Z               | 2026-01-14 10:00                   | -                                  | human restored
Requested  | *          | 2026-01-14T10:00:00Z | @2026-01-14T10:00:00Z | -                          | agreed                 | 2026-01-14T10:00:00Z               | 2026-01-14 10:00                   | -                                  | -
Payload    | *          | -                    | -                     | -                          | quiet                  | -                                  | -                                  | -                                  | -
Payload    | *          | {"a":2}              | -                     | -                          | exported               | {"a":2}                            | {"a":2}                            | -                                  | agent exported
Payload    | *          | -                    | {"a":3}               | -                          | restored SYSTEM-CELL   | -                                  | -                                  | -                                  | human restored
Payload    | *          | -                    | ∅                     | -                          | restored SYSTEM-CELL   | -                                  | -                                  | -                                  | human restored
Payload    | *          | -                    | (row emptied)         | -                          | restored               | -                                  | -                                  | -                                  | human restored
Payload    | *          | -                    | ƒ="as it was"         | -                          | restored SYSTEM-CELL   | -                                  | -                                  | -                                  | human restored
Payload    | *          | {"a":2}              | {"a":3}               | -                          | restored SYSTEM-CELL   | {"a":2}                            | {"a":2}                            | -                                  | human restored
Payload    | *          | {"a":2}              | {"a":2}               | -                          | agreed                 | {"a":2}                            | {"a":2}                            | -                                  | -

== Pending_Approvals: a decision
Status     | *          | -                    | -                     | -                          | quiet                  | -                                  | -                                  | -                                  | -
Status     | *          | -                    | approved              | -                          | accepted               | approved                           | approved                           | -                                  | human accepted
Status     | *          | -                    | rejected              | -                          | accepted               | rejected                           | rejected                           | -                                  | human accepted
Status     | *          | -                    | ␣REJECTED␣            | -                          | accepted               | rejected                           | rejected                           | -                                  | human accepted
Status     | *          | -                    | approved              | sheet Notes=go             | accepted               | approved                           | approved                           | -                                  | human accepted
Status     | *          | -                    | approved              | database Notes=agent: soon | accepted               | approved                           | approved                           | -                                  | human accepted
Status     | *          | -                    | Pending               | -                          | normalised             | pending                            | pending                            | -                                  | -
Status     | *          | approved             | -                     | -                          | exported               | approved                           | approved                           | -                                  | agent exported
Status     | *          | approved             | approved              | -                          | agreed                 | approved                           | approved                           | -                                  | -
Status     | *          | rejected             | approved              | -                          | conflict CONFLICT      | rejected                           | rejected                           | -                                  | human conflict
Status     | *          | -                    | aproved               | -                          | refused NEAR-MISS      | pending                            | pending                            | "aproved" refused: not one of pending, approved, rejected; did you mean "approved"?; kept "pending" | human refused
Status     | *          | -                    | maybe                 | -                          | refused TRANSITION     | pending                            | pending                            | "maybe" refused: not one of pending, approved, rejected; kept "pending" | human refused
Status     | *          | -                    | ∅                     | -                          | refused TRANSITION     | pending                            | pending                            | "" refused: it must not be empty; kept "pending" | human refused
Status     | *          | -                    | {1}                   | -                          | refused TRANSITION     | pending                            | pending                            | "1" refused: not one of pending, approved, rejected; kept "pending" | human refused
Status     | *          | -                    | {true}                | -                          | refused TRANSITION     | pending                            | pending                            | "TRUE" refused: not one of pending, approved, rejected; kept "pending" | human refused
Status     | *          | -                    | ƒ="approved"          | -                          | refused FORMULA        | pending                            | pending                            | "="approved"" refused: a formula is not taken as text; kept "pending" | human refused
Status     | approved   | -                    | rejected              | -                          | refused TRANSITION     | approved                           | approved                           | "approved → rejected" refused: already decided; kept "approved" | human refused
Status     | rejected   | -                    | approved              | -                          | refused TRANSITION     | rejected                           | rejected                           | "rejected → approved" refused: already decided; kept "rejected" | human refused
Status     | approved   | -                    | pending               | -                          | refused TRANSITION     | approved                           | approved                           | "approved → pending" refused: already decided; kept "approved" | human refused
Status     | *          | -                    | approved              | database Item=Drop it      | refused STALE-DECISION | pending                            | pending                            | "pending → approved" refused: the request changed after you saw it; decide again; kept "pending" | human refused
Status     | *          | -                    | approved              | database Payload={"a":9}   | refused STALE-DECISION | pending                            | pending                            | "pending → approved" refused: the request changed after you saw it; decide again; kept "pending" | human refused
Status     | *          | -                    | rejected              | sheet Item=Harmless        | refused STALE-DECISION | pending                            | pending                            | "pending → rejected" refused: the request changed after you saw it; decide again; kept "pending" | human refused
Status     | *          | -                    | (row emptied)         | -                          | restored               | pending                            | pending                            | -                                  | human restored

== Pending_Approvals: notes only grow
Notes      | *          | -                    | -                     | -                          | quiet                  | -                                  | -                                  | -                                  | -
Notes      | *          | -                    | looks good            | -                          | accepted               | looks good                         | looks good                         | -                                  | human accepted
Notes      | one        | -                    | one⏎two               | -                          | accepted               | one⏎two                            | one⏎two                            | -                                  | human accepted
Notes      | one        | -                    | one and more          | -                          | accepted               | one and more                       | one and more                       | -                                  | human accepted
Notes      | one⏎two    | -                    | zero⏎one⏎two          | -                          | merged                 | one⏎two⏎zero                       | one⏎two⏎zero                       | -                                  | human merged
Notes      | one⏎two    | -                    | one⏎half⏎two          | -                          | merged                 | one⏎two⏎half                       | one⏎two⏎half                       | -                                  | human merged
Notes      | the sevrer | -                    | the server            | -                          | merged                 | the sevrer⏎the server              | the sevrer⏎the server              | -                                  | human merged
Notes      | one        | one⏎agent            | one⏎human             | -                          | merged                 | one⏎agent⏎human                    | one⏎agent⏎human                    | -                                  | human merged
Notes      | one        | -                    | {46037}               | -                          | merged                 | one⏎46037                          | one⏎46037                          | -                                  | human merged
Notes      | *          | -                    | {true}                | -                          | accepted               | TRUE                               | TRUE                               | -                                  | human accepted
Notes      | one        | -                    | ∅                     | -                          | restored APPEND-ONLY   | one                                | one                                | -                                  | human restored
Notes      | one⏎two    | -                    | two                   | -                          | restored APPEND-ONLY   | one⏎two                            | one⏎two                            | -                                  | human restored
Notes      | one        | -                    | one␣␣                 | -                          | normalised             | one                                | one                                | -                                  | -
Notes      | *          | -                    | x×5000                | -                          | accepted               | x×5000                             | x×5000                             | -                                  | human accepted
Notes      | one        | -                    | x×5001                | -                          | refused TOO-LONG       | one⏎[mirror] Notes refused: 5,001 characters in one edit; at most 5,000 are taken | one⏎[mirror] Notes refused: 5,001 characters in one edit; at most 5,000 are taken | -                                  | human refused
Notes      | one        | -                    | ƒ=1+1                 | -                          | refused FORMULA        | one⏎[mirror] Notes refused: a formula is not taken as text | one⏎[mirror] Notes refused: a formula is not taken as text | -                                  | human refused
Notes      | one        | two                  | -                     | -                          | exported               | two                                | two                                | -                                  | agent exported
Notes      | one        | one⏎two              | one⏎two               | -                          | agreed                 | one⏎two                            | one⏎two                            | -                                  | -
Notes      | one        | -                    | (row emptied)         | -                          | restored               | one                                | one                                | -                                  | human restored
Notes      | *          | -                    | =1+1                  | -                          | accepted               | =1+1                               | '=1+1                              | -                                  | human accepted
Notes      | *          | -                    | - buy milk            | -                          | accepted               | - buy milk                         | - buy milk                         | -                                  | human accepted

== Runs: what belongs to the database
ID         | *          | -                    | -                     | -                          | quiet                  | -                                  | -                                  | -                                  | -
ID         | *          | -                    | my-own-id             | -                          | restored ID-EDITED     | -                                  | -                                  | -                                  | human restored
ID         | *          | -                    | ∅                     | -                          | restored ID-EDITED     | -                                  | -                                  | -                                  | human restored
ID         | *          | -                    | {42}                  | -                          | restored ID-EDITED     | -                                  | -                                  | -                                  | human restored
ID         | *          | -                    | (row emptied)         | -                          | restored               | -                                  | -                                  | -                                  | human restored
Task       | *          | -                    | -                     | -                          | quiet                  | -                                  | -                                  | -                                  | -
Task       | *          | Deploy               | -                     | -                          | exported               | Deploy                             | Deploy                             | -                                  | agent exported
Task       | *          | -                    | Sleep                 | -                          | restored SYSTEM-CELL   | -                                  | -                                  | -                                  | human restored
Task       | *          | -                    | ∅                     | -                          | restored SYSTEM-CELL   | -                                  | -                                  | -                                  | human restored
Task       | *          | -                    | (row emptied)         | -                          | restored               | -                                  | -                                  | -                                  | human restored
Task       | *          | -                    | ƒ="as it was"         | -                          | restored SYSTEM-CELL   | -                                  | -                                  | -                                  | human restored
Task       | *          | Deploy               | Sleep                 | -                          | restored SYSTEM-CELL   | Deploy                             | Deploy                             | -                                  | human restored
Task       | *          | Deploy               | Deploy                | -                          | agreed                 | Deploy                             | Deploy                             | -                                  | -
Command    | *          | -                    | -                     | -                          | quiet                  | -                                  | -                                  | -                                  | -
Command    | *          | make all             | -                     | -                          | exported               | make all                           | make all                           | -                                  | agent exported
Command    | *          | -                    | rm -rf /              | -                          | restored SYSTEM-CELL   | -                                  | -                                  | -                                  | human restored
Command    | *          | -                    | ∅                     | -                          | restored SYSTEM-CELL   | -                                  | -                                  | -                                  | human restored
Command    | *          | -                    | (row emptied)         | -                          | restored               | -                                  | -                                  | -                                  | human restored
Command    | *          | -                    | ƒ="as it was"         | -                          | restored SYSTEM-CELL   | -                                  | -                                  | -                                  | human restored
Command    | *          | make all             | rm -rf /              | -                          | restored SYSTEM-CELL   | make all                           | make all                           | -                                  | human restored
Command    | *          | make all             | make all              | -                          | agreed                 | make all                           | make all                           | -                                  | -
Status     | *          | -                    | -                     | -                          | quiet                  | -                                  | -                                  | -                                  | -
Status     | *          | failed               | -                     | -                          | exported               | failed                             | failed                             | -                                  | agent exported
Status     | *          | -                    | cancelled             | -                          | restored SYSTEM-CELL   | -                                  | -                                  | -                                  | human restored
Status     | *          | -                    | ∅                     | -                          | restored SYSTEM-CELL   | -                                  | -                                  | -                                  | human restored
Status     | *          | -                    | (row emptied)         | -                          | restored               | -                                  | -                                  | -                                  | human restored
Status     | *          | -                    | ƒ="as it was"         | -                          | restored SYSTEM-CELL   | -                                  | -                                  | -                                  | human restored
Status     | *          | failed               | cancelled             | -                          | restored SYSTEM-CELL   | failed                             | failed                             | -                                  | human restored
Status     | *          | failed               | failed                | -                          | agreed                 | failed                             | failed                             | -                                  | -
Started    | *          | -                    | -                     | -                          | quiet                  | -                                  | -                                  | -                                  | -
Started    | *          | 2026-01-14T10:00:00Z | -                     | -                          | exported               | 2026-01-14T10:00:00Z               | 2026-01-14 10:00                   | -                                  | agent exported
Started    | *          | -                    | @2030-01-01T00:00:00Z | -                          | restored TIMESTAMP     | -                                  | -                                  | -                                  | human restored
Started    | *          | -                    | ∅                     | -                          | restored TIMESTAMP     | -                                  | -                                  | -                                  | human restored
Started    | *          | -                    | (row emptied)         | -                          | restored               | -                                  | -                                  | -                                  | human restored
Started    | *          | -                    | ƒ="as it was"         | -                          | restored TIMESTAMP     | -                                  | -                                  | -                                  | human restored
Started    | *          | 2026-01-14T10:00:00Z | @2030-01-01T00:00:00Z | -                          | restored TIMESTAMP     | 2026-01-14T10:00:00Z               | 2026-01-14 10:00                   | -                                  | human restored
Started    | *          | 2026-01-14T10:00:00Z | @2026-01-14T10:00:00Z | -                          | agreed                 | 2026-01-14T10:00:00Z               | 2026-01-14 10:00                   | -                                  | -
Completed  | *          | -                    | -                     | -                          | quiet                  | -                                  | -                                  | -                                  | -
Completed  | *          | 2026-01-14T10:00:00Z | -                     | -                          | exported               | 2026-01-14T10:00:00Z               | 2026-01-14 10:00                   | -                                  | agent exported
Completed  | *          | -                    | @2030-01-01T00:00:00Z | -                          | restored TIMESTAMP     | -                                  | -                                  | -                                  | human restored
Completed  | *          | -                    | ∅                     | -                          | restored TIMESTAMP     | -                                  | -                                  | -                                  | human restored
Completed  | *          | -                    | (row emptied)         | -                          | restored               | -                                  | -                                  | -                                  | human restored
Completed  | *          | -                    | ƒ="as it was"         | -                          | restored TIMESTAMP     | -                                  | -                                  | -                                  | human restored
Completed  | *          | 2026-01-14T10:00:00Z | @2030-01-01T00:00:00Z | -                          | restored TIMESTAMP     | 2026-01-14T10:00:00Z               | 2026-01-14 10:00                   | -                                  | human restored
Completed  | *          | 2026-01-14T10:00:00Z | @2026-01-14T10:00:00Z | -                          | agreed                 | 2026-01-14T10:00:00Z               | 2026-01-14 10:00                   | -                                  | -
Output     | *          | -                    | -                     | -                          | quiet                  | -                                  | -                                  | -                                  | -
Output     | *          | built                | -                     | -                          | exported               | built                              | built                              | -                                  | agent exported
Output     | *          | -                    | nothing               | -                          | restored SYSTEM-CELL   | -                                  | -                                  | -                                  | human restored
Output     | *          | -                    | ∅                     | -                          | restored SYSTEM-CELL   | -                                  | -                                  | -                                  | human restored
Output     | *          | -                    | (row emptied)         | -                          | restored               | -                                  | -                                  | -                                  | human restored
Output     | *          | -                    | ƒ="as it was"         | -                          | restored SYSTEM-CELL   | -                                  | -                                  | -                                  | human restored
Output     | *          | built                | nothing               | -                          | restored SYSTEM-CELL   | built                              | built                              | -                                  | human restored
Output     | *          | built                | built                 | -                          | agreed                 | built                              | built                              | -                                  | -
Completed  | ∅          | 2026-01-15T09:30:00Z | -                     | -                          | exported               | 2026-01-15T09:30:00Z               | 2026-01-15 09:30                   | -                                  | agent exported
Completed  | *          | ∅                    | -                     | -                          | exported               | ∅                                  | ∅                                  | -                                  | agent exported

== Runs: notes only grow
Notes      | *          | -                    | -                     | -                          | quiet                  | -                                  | -                                  | -                                  | -
Notes      | *          | -                    | looks good            | -                          | accepted               | looks good                         | looks good                         | -                                  | human accepted
Notes      | one        | -                    | one⏎two               | -                          | accepted               | one⏎two                            | one⏎two                            | -                                  | human accepted
Notes      | one        | -                    | one and more          | -                          | accepted               | one and more                       | one and more                       | -                                  | human accepted
Notes      | one⏎two    | -                    | zero⏎one⏎two          | -                          | merged                 | one⏎two⏎zero                       | one⏎two⏎zero                       | -                                  | human merged
Notes      | one⏎two    | -                    | one⏎half⏎two          | -                          | merged                 | one⏎two⏎half                       | one⏎two⏎half                       | -                                  | human merged
Notes      | the sevrer | -                    | the server            | -                          | merged                 | the sevrer⏎the server              | the sevrer⏎the server              | -                                  | human merged
Notes      | one        | one⏎agent            | one⏎human             | -                          | merged                 | one⏎agent⏎human                    | one⏎agent⏎human                    | -                                  | human merged
Notes      | one        | -                    | {46037}               | -                          | merged                 | one⏎46037                          | one⏎46037                          | -                                  | human merged
Notes      | *          | -                    | {true}                | -                          | accepted               | TRUE                               | TRUE                               | -                                  | human accepted
Notes      | one        | -                    | ∅                     | -                          | restored APPEND-ONLY   | one                                | one                                | -                                  | human restored
Notes      | one⏎two    | -                    | two                   | -                          | restored APPEND-ONLY   | one⏎two                            | one⏎two                            | -                                  | human restored
Notes      | one        | -                    | one␣␣                 | -                          | normalised             | one                                | one                                | -                                  | -
Notes      | *          | -                    | x×5000                | -                          | accepted               | x×5000                             | x×5000                             | -                                  | human accepted
Notes      | one        | -                    | x×5001                | -                          | refused TOO-LONG       | one⏎[mirror] Notes refused: 5,001 characters in one edit; at most 5,000 are taken | one⏎[mirror] Notes refused: 5,001 characters in one edit; at most 5,000 are taken | -                                  | human refused
Notes      | one        | -                    | ƒ=1+1                 | -                          | refused FORMULA        | one⏎[mirror] Notes refused: a formula is not taken as text | one⏎[mirror] Notes refused: a formula is not taken as text | -                                  | human refused
Notes      | one        | two                  | -                     | -                          | exported               | two                                | two                                | -                                  | agent exported
Notes      | one        | one⏎two              | one⏎two               | -                          | agreed                 | one⏎two                            | one⏎two                            | -                                  | -
Notes      | one        | -                    | (row emptied)         | -                          | restored               | one                                | one                                | -                                  | human restored
Notes      | *          | -                    | =1+1                  | -                          | accepted               | =1+1                               | '=1+1                              | -                                  | human accepted
Notes      | *          | -                    | - buy milk            | -                          | accepted               | - buy milk                         | - buy milk                         | -                                  | human accepted

== Errors_Hotlist: what belongs to the database
ID         | *          | -                    | -                     | -                          | quiet                  | -                                  | -                                  | -                                  | -
ID         | *          | -                    | my-own-id             | -                          | restored ID-EDITED     | -                                  | -                                  | -                                  | human restored
ID         | *          | -                    | ∅                     | -                          | restored ID-EDITED     | -                                  | -                                  | -                                  | human restored
ID         | *          | -                    | {42}                  | -                          | restored ID-EDITED     | -                                  | -                                  | -                                  | human restored
ID         | *          | -                    | (row emptied)         | -                          | restored               | -                                  | -                                  | -                                  | human restored
Task       | *          | -                    | -                     | -                          | quiet                  | -                                  | -                                  | -                                  | -
Task       | *          | Deploy               | -                     | -                          | exported               | Deploy                             | Deploy                             | -                                  | agent exported
Task       | *          | -                    | Sleep                 | -                          | restored SYSTEM-CELL   | -                                  | -                                  | -                                  | human restored
Task       | *          | -                    | ∅                     | -                          | restored SYSTEM-CELL   | -                                  | -                                  | -                                  | human restored
Task       | *          | -                    | (row emptied)         | -                          | restored               | -                                  | -                                  | -                                  | human restored
Task       | *          | -                    | ƒ="as it was"         | -                          | restored SYSTEM-CELL   | -                                  | -                                  | -                                  | human restored
Task       | *          | Deploy               | Sleep                 | -                          | restored SYSTEM-CELL   | Deploy                             | Deploy                             | -                                  | human restored
Task       | *          | Deploy               | Deploy                | -                          | agreed                 | Deploy                             | Deploy                             | -                                  | -
Error      | *          | -                    | -                     | -                          | quiet                  | -                                  | -                                  | -                                  | -
Error      | *          | Refused              | -                     | -                          | exported               | Refused                            | Refused                            | -                                  | agent exported
Error      | *          | -                    | No error              | -                          | restored SYSTEM-CELL   | -                                  | -                                  | -                                  | human restored
Error      | *          | -                    | ∅                     | -                          | restored SYSTEM-CELL   | -                                  | -                                  | -                                  | human restored
Error      | *          | -                    | (row emptied)         | -                          | restored               | -                                  | -                                  | -                                  | human restored
Error      | *          | -                    | ƒ="as it was"         | -                          | restored SYSTEM-CELL   | -                                  | -                                  | -                                  | human restored
Error      | *          | Refused              | No error              | -                          | restored SYSTEM-CELL   | Refused                            | Refused                            | -                                  | human restored
Error      | *          | Refused              | Refused               | -                          | agreed                 | Refused                            | Refused                            | -                                  | -
Timestamp  | *          | -                    | -                     | -                          | quiet                  | -                                  | -                                  | -                                  | -
Timestamp  | *          | 2026-01-14T10:00:00Z | -                     | -                          | exported               | 2026-01-14T10:00:00Z               | 2026-01-14 10:00                   | -                                  | agent exported
Timestamp  | *          | -                    | @2030-01-01T00:00:00Z | -                          | restored TIMESTAMP     | -                                  | -                                  | -                                  | human restored
Timestamp  | *          | -                    | ∅                     | -                          | restored TIMESTAMP     | -                                  | -                                  | -                                  | human restored
Timestamp  | *          | -                    | (row emptied)         | -                          | restored               | -                                  | -                                  | -                                  | human restored
Timestamp  | *          | -                    | ƒ="as it was"         | -                          | restored TIMESTAMP     | -                                  | -                                  | -                                  | human restored
Timestamp  | *          | 2026-01-14T10:00:00Z | @2030-01-01T00:00:00Z | -                          | restored TIMESTAMP     | 2026-01-14T10:00:00Z               | 2026-01-14 10:00                   | -                                  | human restored
Timestamp  | *          | 2026-01-14T10:00:00Z | @2026-01-14T10:00:00Z | -                          | agreed                 | 2026-01-14T10:00:00Z               | 2026-01-14 10:00                   | -                                  | -
Severity   | *          | -                    | -                     | -                          | quiet                  | -                                  | -                                  | -                                  | -
Severity   | *          | critical             | -                     | -                          | exported               | critical                           | critical                           | -                                  | agent exported
Severity   | *          | -                    | low                   | -                          | restored SYSTEM-CELL   | -                                  | -                                  | -                                  | human restored
Severity   | *          | -                    | ∅                     | -                          | restored SYSTEM-CELL   | -                                  | -                                  | -                                  | human restored
Severity   | *          | -                    | (row emptied)         | -                          | restored               | -                                  | -                                  | -                                  | human restored
Severity   | *          | -                    | ƒ="as it was"         | -                          | restored SYSTEM-CELL   | -                                  | -                                  | -                                  | human restored
Severity   | *          | critical             | low                   | -                          | restored SYSTEM-CELL   | critical                           | critical                           | -                                  | human restored
Severity   | *          | critical             | critical              | -                          | agreed                 | critical                           | critical                           | -                                  | -

== Errors_Hotlist: resolved, and how
Resolved   | *          | -                    | -                     | -                          | quiet                  | -                                  | -                                  | -                                  | -
Resolved   | *          | -                    | true                  | -                          | accepted               | true                               | true                               | -                                  | human accepted
Resolved   | true       | -                    | false                 | -                          | accepted               | false                              | false                              | -                                  | human accepted
Resolved   | *          | -                    | {true}                | -                          | accepted               | true                               | true                               | -                                  | human accepted
Resolved   | true       | -                    | {false}               | -                          | accepted               | false                              | false                              | -                                  | human accepted
Resolved   | *          | -                    | True                  | database Error=Other       | accepted               | true                               | true                               | -                                  | human accepted
Resolved   | *          | -                    | FALSE                 | -                          | normalised             | false                              | false                              | -                                  | -
Resolved   | *          | true                 | -                     | -                          | exported               | true                               | true                               | -                                  | agent exported
Resolved   | *          | true                 | true                  | -                          | agreed                 | true                               | true                               | -                                  | -
Resolved   | *          | true                 | ␣false                | -                          | conflict CONFLICT      | true                               | true                               | -                                  | human conflict
Resolved   | *          | -                    | tru                   | -                          | refused NEAR-MISS      | false                              | false                              | "tru" refused: not one of false, true; did you mean "true"?; kept "false" | human refused
Resolved   | *          | -                    | yes                   | -                          | refused TRANSITION     | false                              | false                              | "yes" refused: not one of false, true; kept "false" | human refused
Resolved   | *          | -                    | ∅                     | -                          | refused TRANSITION     | false                              | false                              | "" refused: it must not be empty; kept "false" | human refused
Resolved   | *          | -                    | ƒ=TRUE()              | -                          | refused FORMULA        | false                              | false                              | "=TRUE()" refused: a formula is not taken as text; kept "false" | human refused
Resolved   | *          | -                    | (row emptied)         | -                          | restored               | false                              | false                              | -                                  | human restored
Resolution | *          | -                    | -                     | -                          | quiet                  | -                                  | -                                  | -                                  | -
Resolution | *          | -                    | rebooted              | -                          | accepted               | rebooted                           | rebooted                           | -                                  | human accepted
Resolution | rebooted   | -                    | raised the limit      | -                          | accepted               | raised the limit                   | raised the limit                   | -                                  | human accepted
Resolution | rebooted   | -                    | ∅                     | -                          | accepted               | ∅                                  | ∅                                  | -                                  | human accepted
Resolution | *          | -                    | x×2000                | -                          | accepted               | x×2000                             | x×2000                             | -                                  | human accepted
Resolution | *          | -                    | x×2001                | -                          | refused TOO-LONG       | ∅                                  | ∅                                  | Resolution refused: 2,001 characters; at most 2,000 are taken | human refused
Resolution | *          | -                    | ƒ=1+1                 | -                          | refused FORMULA        | ∅                                  | ∅                                  | Resolution refused: a formula is not taken as text | human refused
Resolution | rebooted   | -                    | rebooted␣␣            | -                          | normalised             | rebooted                           | rebooted                           | -                                  | -
Resolution | rebooted   | rolled back          | -                     | -                          | exported               | rolled back                        | rolled back                        | -                                  | agent exported
Resolution | rebooted   | rolled back          | rolled back           | -                          | agreed                 | rolled back                        | rolled back                        | -                                  | -
Resolution | rebooted   | rolled back          | went away             | -                          | conflict CONFLICT      | rolled back                        | rolled back                        | -                                  | human conflict
Resolution | rebooted   | -                    | (row emptied)         | -                          | restored               | rebooted                           | rebooted                           | -                                  | human restored

== Errors_Hotlist: notes only grow
Notes      | *          | -                    | -                     | -                          | quiet                  | -                                  | -                                  | -                                  | -
Notes      | *          | -                    | looks good            | -                          | accepted               | looks good                         | looks good                         | -                                  | human accepted
Notes      | one        | -                    | one⏎two               | -                          | accepted               | one⏎two                            | one⏎two                            | -                                  | human accepted
Notes      | one        | -                    | one and more          | -                          | accepted               | one and more                       | one and more                       | -                                  | human accepted
Notes      | one⏎two    | -                    | zero⏎one⏎two          | -                          | merged                 | one⏎two⏎zero                       | one⏎two⏎zero                       | -                                  | human merged
Notes      | one⏎two    | -                    | one⏎half⏎two          | -                          | merged                 | one⏎two⏎half                       | one⏎two⏎half                       | -                                  | human merged
Notes      | the sevrer | -                    | the server            | -                          | merged                 | the sevrer⏎the server              | the sevrer⏎the server              | -                                  | human merged
Notes      | one        | one⏎agent            | one⏎human             | -                          | merged                 | one⏎agent⏎human                    | one⏎agent⏎human                    | -                                  | human merged
Notes      | one        | -                    | {46037}               | -                          | merged                 | one⏎46037                          | one⏎46037                          | -                                  | human merged
Notes      | *          | -                    | {true}                | -                          | accepted               | TRUE                               | TRUE                               | -                                  | human accepted
Notes      | one        | -                    | ∅                     | -                          | restored APPEND-ONLY   | one                                | one                                | -                                  | human restored
Notes      | one⏎two    | -                    | two                   | -                          | restored APPEND-ONLY   | one⏎two                            | one⏎two                            | -                                  | human restored
Notes      | one        | -                    | one␣␣                 | -                          | normalised             | one                                | one                                | -                                  | -
Notes      | *          | -                    | x×5000                | -                          | accepted               | x×5000                             | x×5000                             | -                                  | human accepted
Notes      | one        | -                    | x×5001                | -                          | refused TOO-LONG       | one⏎[mirror] Notes refused: 5,001 characters in one edit; at most 5,000 are taken | one⏎[mirror] Notes refused: 5,001 characters in one edit; at most 5,000 are taken | -                                  | human refused
Notes      | one        | -                    | ƒ=1+1                 | -                          | refused FORMULA        | one⏎[mirror] Notes refused: a formula is not taken as text | one⏎[mirror] Notes refused: a formula is not taken as text | -                                  | human refused
Notes      | one        | two                  | -                     | -                          | exported               | two                                | two                                | -                                  | agent exported
Notes      | one        | one⏎two              | one⏎two               | -                          | agreed                 | one⏎two                            | one⏎two                            | -                                  | -
Notes      | one        | -                    | (row emptied)         | -                          | restored               | one                                | one                                | -                                  | human restored
Notes      | *          | -                    | =1+1                  | -                          | accepted               | =1+1                               | '=1+1                              | -                                  | human accepted
Notes      | *          | -                    | - buy milk            | -                          | accepted               | - buy milk                         | - buy milk                         | -                                  | human accepted
`;

/**
 * The human wrote `first`, the database took note of it, and no write to the sheet went through; then
 * come the agent and the human once more.
 */
export const INTERRUPTED_RULES = String.raw`
# column   | base     | first                 | then database        | then sheet    | verdict   | database after       | sheet after

== Pending_Approvals
ID         | *        | my-own-id             | -                    | -             | caught-up | -                    | -
Type       | *        | config                | -                    | -             | caught-up | -                    | -
Type       | *        | config                | project              | -             | caught-up | project              | project
Action     | *        | delete                | -                    | -             | caught-up | -                    | -
Action     | *        | delete                | update               | -             | caught-up | update               | update
Item       | *        | Add everything        | -                    | -             | caught-up | -                    | -
Item       | *        | Add everything        | Add SSO              | -             | caught-up | Add SSO              | Add SSO
Requested  | *        | @2030-01-01T00:00:00Z | -                    | -             | caught-up | -                    | -
Requested  | *        | @2030-01-01T00:00:00Z | 2026-01-14T10:00:00Z | -             | caught-up | 2026-01-14T10:00:00Z | 2026-01-14 10:00
Payload    | *        | {"a":3}               | -                    | -             | caught-up | -                    | -
Payload    | *        | {"a":3}               | {"a":2}              | -             | caught-up | {"a":2}              | {"a":2}
Status     | *        | aproved               | -                    | -             | caught-up | pending              | pending
Status     | *        | aproved               | approved             | -             | caught-up | approved             | approved
Status     | *        | aproved               | -                    | approved      | accepted  | approved             | approved
Status     | *        | ␣APPROVED             | -                    | -             | caught-up | approved             | approved
Status     | *        | ƒ="approved"          | -                    | -             | caught-up | pending              | pending
Notes      | one      | zero⏎one              | -                    | -             | caught-up | one⏎zero             | one⏎zero
Notes      | one      | zero⏎one              | one⏎zero⏎agent       | -             | caught-up | one⏎zero⏎agent       | one⏎zero⏎agent
Notes      | one      | zero⏎one              | -                    | zero⏎one⏎more | merged    | one⏎zero⏎more        | one⏎zero⏎more
Notes      | one      | zero⏎one              | -                    | one⏎zero⏎more | accepted  | one⏎zero⏎more        | one⏎zero⏎more
Notes      | one      | zero⏎one              | -                    | one⏎zero      | agreed    | one⏎zero             | one⏎zero
Notes      | one      | ∅                     | -                    | -             | caught-up | one                  | one

== Runs
ID         | *        | my-own-id             | -                    | -             | caught-up | -                    | -
Task       | *        | Sleep                 | -                    | -             | caught-up | -                    | -
Task       | *        | Sleep                 | Deploy               | -             | caught-up | Deploy               | Deploy
Command    | *        | rm -rf /              | -                    | -             | caught-up | -                    | -
Command    | *        | rm -rf /              | make all             | -             | caught-up | make all             | make all
Status     | *        | cancelled             | -                    | -             | caught-up | -                    | -
Status     | *        | cancelled             | failed               | -             | caught-up | failed               | failed
Started    | *        | @2030-01-01T00:00:00Z | -                    | -             | caught-up | -                    | -
Started    | *        | @2030-01-01T00:00:00Z | 2026-01-14T10:00:00Z | -             | caught-up | 2026-01-14T10:00:00Z | 2026-01-14 10:00
Completed  | *        | @2030-01-01T00:00:00Z | -                    | -             | caught-up | -                    | -
Completed  | *        | @2030-01-01T00:00:00Z | 2026-01-14T10:00:00Z | -             | caught-up | 2026-01-14T10:00:00Z | 2026-01-14 10:00
Output     | *        | nothing               | -                    | -             | caught-up | -                    | -
Output     | *        | nothing               | built                | -             | caught-up | built                | built
Notes      | one      | zero⏎one              | -                    | -             | caught-up | one⏎zero             | one⏎zero
Notes      | one      | zero⏎one              | one⏎zero⏎agent       | -             | caught-up | one⏎zero⏎agent       | one⏎zero⏎agent
Notes      | one      | zero⏎one              | -                    | zero⏎one⏎more | merged    | one⏎zero⏎more        | one⏎zero⏎more
Notes      | one      | zero⏎one              | -                    | one⏎zero⏎more | accepted  | one⏎zero⏎more        | one⏎zero⏎more
Notes      | one      | zero⏎one              | -                    | one⏎zero      | agreed    | one⏎zero             | one⏎zero
Notes      | one      | ∅                     | -                    | -             | caught-up | one                  | one

== Errors_Hotlist
ID         | *        | my-own-id             | -                    | -             | caught-up | -                    | -
Task       | *        | Sleep                 | -                    | -             | caught-up | -                    | -
Task       | *        | Sleep                 | Deploy               | -             | caught-up | Deploy               | Deploy
Error      | *        | No error              | -                    | -             | caught-up | -                    | -
Error      | *        | No error              | Refused              | -             | caught-up | Refused              | Refused
Timestamp  | *        | @2030-01-01T00:00:00Z | -                    | -             | caught-up | -                    | -
Timestamp  | *        | @2030-01-01T00:00:00Z | 2026-01-14T10:00:00Z | -             | caught-up | 2026-01-14T10:00:00Z | 2026-01-14 10:00
Severity   | *        | low                   | -                    | -             | caught-up | -                    | -
Severity   | *        | low                   | critical             | -             | caught-up | critical             | critical
Resolved   | *        | TRUE                  | -                    | -             | caught-up | true                 | true
Resolved   | *        | TRUE                  | false                | -             | caught-up | false                | false
Resolution | rebooted | x×2001                | -                    | -             | caught-up | rebooted             | rebooted
Resolution | rebooted | x×2001                | -                    | went away     | accepted  | went away            | went away
Resolution | rebooted | x×2001                | rolled back          | went away     | conflict  | rolled back          | rolled back
Notes      | one      | zero⏎one              | -                    | -             | caught-up | one⏎zero             | one⏎zero
Notes      | one      | zero⏎one              | one⏎zero⏎agent       | -             | caught-up | one⏎zero⏎agent       | one⏎zero⏎agent
Notes      | one      | zero⏎one              | -                    | zero⏎one⏎more | merged    | one⏎zero⏎more        | one⏎zero⏎more
Notes      | one      | zero⏎one              | -                    | one⏎zero⏎more | accepted  | one⏎zero⏎more        | one⏎zero⏎more
Notes      | one      | zero⏎one              | -                    | one⏎zero      | agreed    | one⏎zero             | one⏎zero
Notes      | one      | ∅                     | -                    | -             | caught-up | one                  | one
`;

/** Sheet and database meet for the first time, and both have the row. */
export const FIRST_MEETING_RULES = String.raw`
# column   | database | sheet                 | verdict  | database after | sheet after   | audit

== Pending_Approvals
ID         | *        | *                     | agreed   | -              | -             | -
Type       | *        | *                     | agreed   | -              | -             | -
Type       | *        | config                | restored | -              | -             | human restored
Type       | *        | ∅                     | exported | -              | -             | agent exported
Action     | *        | *                     | agreed   | -              | -             | -
Action     | *        | delete                | restored | -              | -             | human restored
Action     | *        | ∅                     | exported | -              | -             | agent exported
Item       | *        | *                     | agreed   | -              | -             | -
Item       | *        | Add everything        | restored | -              | -             | human restored
Item       | *        | ∅                     | exported | -              | -             | agent exported
Requested  | *        | *                     | agreed   | -              | -             | -
Requested  | *        | @2030-01-01T00:00:00Z | restored | -              | -             | human restored
Requested  | *        | ∅                     | exported | -              | -             | agent exported
Payload    | *        | *                     | agreed   | -              | -             | -
Payload    | *        | {"a":3}               | restored | -              | -             | human restored
Payload    | *        | ∅                     | exported | -              | -             | agent exported
Status     | *        | *                     | agreed   | pending        | pending       | -
Status     | *        | approved              | conflict | pending        | pending       | human conflict
Status     | *        | ∅                     | exported | pending        | pending       | agent exported
Notes      | one      | one                   | agreed   | one            | one           | -
Notes      | one      | two                   | merged   | one⏎two        | one⏎two       | human merged
Notes      | ∅        | two                   | accepted | two            | two           | human accepted
Notes      | one      | ∅                     | exported | one            | one           | agent exported
Notes      | one⏎two  | two                   | exported | one⏎two        | one⏎two       | agent exported
Notes      | one⏎two  | two⏎three             | merged   | one⏎two⏎three  | one⏎two⏎three | human merged

== Runs
ID         | *        | *                     | agreed   | -              | -             | -
Task       | *        | *                     | agreed   | -              | -             | -
Task       | *        | Sleep                 | restored | -              | -             | human restored
Task       | *        | ∅                     | exported | -              | -             | agent exported
Command    | *        | *                     | agreed   | -              | -             | -
Command    | *        | rm -rf /              | restored | -              | -             | human restored
Command    | *        | ∅                     | exported | -              | -             | agent exported
Status     | *        | *                     | agreed   | -              | -             | -
Status     | *        | cancelled             | restored | -              | -             | human restored
Status     | *        | ∅                     | exported | -              | -             | agent exported
Started    | *        | *                     | agreed   | -              | -             | -
Started    | *        | @2030-01-01T00:00:00Z | restored | -              | -             | human restored
Started    | *        | ∅                     | exported | -              | -             | agent exported
Completed  | *        | *                     | agreed   | -              | -             | -
Completed  | *        | @2030-01-01T00:00:00Z | restored | -              | -             | human restored
Completed  | *        | ∅                     | exported | -              | -             | agent exported
Output     | *        | *                     | agreed   | -              | -             | -
Output     | *        | nothing               | restored | -              | -             | human restored
Output     | *        | ∅                     | exported | -              | -             | agent exported
Notes      | one      | one                   | agreed   | one            | one           | -
Notes      | one      | two                   | merged   | one⏎two        | one⏎two       | human merged
Notes      | ∅        | two                   | accepted | two            | two           | human accepted
Notes      | one      | ∅                     | exported | one            | one           | agent exported
Notes      | one⏎two  | two                   | exported | one⏎two        | one⏎two       | agent exported
Notes      | one⏎two  | two⏎three             | merged   | one⏎two⏎three  | one⏎two⏎three | human merged

== Errors_Hotlist
ID         | *        | *                     | agreed   | -              | -             | -
Task       | *        | *                     | agreed   | -              | -             | -
Task       | *        | Sleep                 | restored | -              | -             | human restored
Task       | *        | ∅                     | exported | -              | -             | agent exported
Error      | *        | *                     | agreed   | -              | -             | -
Error      | *        | No error              | restored | -              | -             | human restored
Error      | *        | ∅                     | exported | -              | -             | agent exported
Timestamp  | *        | *                     | agreed   | -              | -             | -
Timestamp  | *        | @2030-01-01T00:00:00Z | restored | -              | -             | human restored
Timestamp  | *        | ∅                     | exported | -              | -             | agent exported
Severity   | *        | *                     | agreed   | -              | -             | -
Severity   | *        | low                   | restored | -              | -             | human restored
Severity   | *        | ∅                     | exported | -              | -             | agent exported
Resolved   | *        | *                     | agreed   | false          | false         | -
Resolved   | *        | true                  | conflict | false          | false         | human conflict
Resolved   | *        | ∅                     | exported | false          | false         | agent exported
Resolution | rebooted | rebooted              | agreed   | rebooted       | rebooted      | -
Resolution | rebooted | went away             | conflict | rebooted       | rebooted      | human conflict
Resolution | rebooted | ∅                     | exported | rebooted       | rebooted      | agent exported
Notes      | one      | one                   | agreed   | one            | one           | -
Notes      | one      | two                   | merged   | one⏎two        | one⏎two       | human merged
Notes      | ∅        | two                   | accepted | two            | two           | human accepted
Notes      | one      | ∅                     | exported | one            | one           | agent exported
Notes      | one⏎two  | two                   | exported | one⏎two        | one⏎two       | agent exported
Notes      | one⏎two  | two⏎three             | merged   | one⏎two⏎three  | one⏎two⏎three | human merged
`;
