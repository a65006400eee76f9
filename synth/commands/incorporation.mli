(** Take stitch's new primitives and rewritten programs into a library; a rewriting only when it is proven. *)

val answer : Wire.Decode.t -> Yojson.Safe.t
(** [answer request] writes the files and is the reply. Raises {!Wire.Invalid.Error}; nothing is written then. *)
