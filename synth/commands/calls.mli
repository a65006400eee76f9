(** What can be asked, by name: the same for the executables and for the service. *)

type answer = ?watch:(int -> bool) -> Wire.Decode.t -> Yojson.Safe.t
(** Does what the message says and is the reply. A search tells [watch] the number of programs so far, every few
    milliseconds; when that is false it raises {!Exploration.Cancelled} and has written nothing. Others never call [watch].
    Raises {!Wire.Invalid.Error}; nothing is written then. *)

val explore : answer
(** A search in the domain that the message names. *)

val incorporate_stitch : answer

val find : string -> answer option
(** [find name] is [explore], [incorporate_stitch], or [ping], which answers with its message. *)

val names : string list
