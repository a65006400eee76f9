(** Expressions as Python. *)

val expression : Lambda.Term.t -> string
(** [expression t] is an expression of Python over the inputs' names and the functions [sqrt], [exp], [log], [sin] and [cos], with
    only the parentheses that it needs: [x**2 + 2*sin(y)]. sympy reads it too. Raises [Invalid_argument] for a term that
    is no whole program over the domain's primitives. *)
