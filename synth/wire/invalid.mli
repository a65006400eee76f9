(** The one error that a message or a file can cause. *)

exception Error of { field : string; found : string; expected : string }
(** At [field] (a file, a field of a message, a path inside either) stands [found] where [expected] should. *)

val error : string -> found:string -> expected:string -> 'a
(** [error field ~found ~expected] raises {!Error}. *)

val describing : string -> (unit -> 'a) -> 'a
(** [describing field f] is [f ()], with the exceptions of the core (types, notations, libraries, grammars, files)
    turned into {!Error} at [field], or below it. *)

val fields : exn -> (string * Yojson.Safe.t) list
(** [fields e] is, in UTF-8, [{"error": {"field": …, "found": …, "expected": …}}], or for other exceptions than {!Error}
    [{"exception": …}] with OCaml's text. *)

val to_json : exn -> string
(** [to_json e] is the object of [fields e] on one line. *)

val exit_with_json : (unit -> unit) -> unit
(** [exit_with_json main] runs [main]; when that raises it prints {!to_json} on standard error and exits, with code 2 for
    {!Error} and 3 for what no input should cause. *)
