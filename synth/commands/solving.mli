(** Search for programs that fit a table of examples. *)

val answer : (module Domains.Tabular.S) -> ?watch:(int -> bool) -> Wire.Decode.t -> Yojson.Safe.t
(** [answer domain request] searches and is the reply; it reads and writes no file. [watch] is told the number of programs
    so far; when it is false the search stops. Raises {!Wire.Invalid.Error}, and {!Exploration.Cancelled} when [watch] was false. *)

val grammar : (module Domains.Tabular.S) -> Wire.Table_message.t -> Grammar.Pcfg.t
(** [grammar domain request] is the grammar that is searched: inputs, constants and primitives, with the domain's weights.
    Raises {!Wire.Invalid.Error} when it has no program. *)
