(** Search from a library and a frontier of programs. *)

val answer : ?watch:(int -> bool) -> Wire.Decode.t -> Yojson.Safe.t
(** [answer request] searches, writes the files, and is the reply. [watch] is told the number of programs so far; when it
    is false the search stops, and what was found is written. Raises {!Wire.Invalid.Error}; nothing is written then. *)
