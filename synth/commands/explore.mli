(** The request [explore], for whichever domain it names. *)

val answer : ?watch:(int -> bool) -> Wire.Decode.t -> Yojson.Safe.t
(** [answer request] is {!Exploration.answer} for the domain ["graph"], and {!Solving.answer} for the others. Raises
    {!Wire.Invalid.Error}, also for a domain that there is not. *)
