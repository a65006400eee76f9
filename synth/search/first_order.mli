(** Library entries as operations on rows. *)

exception Higher_order of string
(** The entry of this name takes a function, gives one, or has one inside after reduction; or a program of this type is
    wanted as an argument. *)

module Make (T : Table.S) : sig
  val operation : Lambda.Term.t -> arguments:T.column array -> result:T.column -> int array -> bool
  (** [operation entry] is {!T.operation} of a primitive or an invention. The body of an invention is expanded and reduced,
      and becomes one operation for each primitive in it, with a row of its own for each value between them; it is
      undefined where one of these is. Raises {!Higher_order}; [Not_found] as {!T.operation}; {!Lambda.Term.Too_large}. *)
end
