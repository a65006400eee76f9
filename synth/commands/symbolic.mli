(** Search for expressions with a latent's level sets. *)

val answer : ?watch:(int -> bool) -> Wire.Decode.t -> Yojson.Safe.t
(** [answer request] searches on a few of the points, values the best on all, and is the reply; the only file that it writes is the
    request's [basis_file], of basis × points × (1 + directions) numbers: values, then derivatives. [watch] is told the number of
    programs so far; when it is false the search stops. Raises {!Wire.Invalid.Error}, and {!Exploration.Cancelled} when [watch] was
    false. *)

val grammar : Wire.Expression_message.t -> Grammar.Pcfg.t
(** [grammar request] is the grammar that is searched. *)
