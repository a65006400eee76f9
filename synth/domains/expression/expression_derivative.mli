(** Derivatives, forward: those of an operation's result from its arguments' values and derivatives. *)

type flat = (float, Bigarray.float64_elt, Bigarray.c_layout) Bigarray.Array1.t

type work = {
  row : float array;  (** its values, then for each direction its derivatives *)
  by_a : float array;  (** the partial derivatives of [op] at the points *)
  by_b : float array;
  mutable op : Expression_operation.t;
  mutable a : int;
  mutable b : int;
  mutable ready : int;
}
(** An expression at work: [op] on the rows [a] and [b] ([a] again, for one argument), or given whole. Its values are there, and its
    derivatives for the points below [ready]. *)

val work : points:int -> directions:int -> work

val run :
  work ->
  points:int ->
  directions:int ->
  first:int ->
  last:int ->
  a:flat ->
  at_a:int ->
  b:flat ->
  at_b:int ->
  da:flat ->
  at_da:int ->
  db:flat ->
  at_db:int ->
  unit
(** [run w ~points ~directions ~first ~last ~a ~at_a …] puts in the row of [w] the derivatives at the points from [first] to [last]. The
    values of its arguments are those of [a] from [at_a] and of [b] from [at_b], their derivatives those of [da] and [db]. *)
