(** The integer domain once more, plainly: what the tests compare with. *)

val operation : string -> int list -> int option
(** [operation name xs] is the value of the primitive, [None] when it is undefined. Fails the test for any other name or
    number of arguments. *)

val value : (string * int) list -> Lambda.Term.t -> int option
(** [value env t] is the value of the program [t], without inventions, where the inputs have the values of [env]; [None]
    when a part of it is undefined. *)

val row : (string * int) list list -> Lambda.Term.t -> int list option
(** [row table t] is the values of [t], inventions allowed, on all examples; [None] when one is undefined. *)
