(** Search from a library and a frontier of programs. *)

exception Cancelled

val answer : ?watch:(int -> bool) -> Wire.Decode.t -> Yojson.Safe.t
(** [answer request] searches, writes the files, and is the reply. [watch] is told the number of programs so far; when it
    is false the search stops. Raises {!Cancelled} then, and {!Wire.Invalid.Error}; nothing is written in either case. *)
