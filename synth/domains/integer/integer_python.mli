(** Programs of the integer domain as Python. *)

val expression : Lambda.Term.t -> string
(** [expression t] is an expression of Python, with only the parentheses that it needs, that has the value of [t] wherever
    [t] is defined: [(x + y) % 3], [0 if x < 0 else x]. Inventions are opened. Raises {!Lambda.Term.Too_large}, and
    [Invalid_argument] for a term that is no whole program. *)

val is_name : string -> bool
(** [is_name s] is whether [s] is an identifier of Python in ASCII, and no keyword. *)
