(** What a first-order search has to know of the meaning of programs: rows of values, made by operations.

    A program of a first-order domain means a {e row}: what it gives on each of the examples. An instance is a module made
    for one search, with the examples inside. Rows lie in flat storage, numbered; nothing is allocated for a program that
    turns out to mean what another means already. *)

module type S = sig
  type column
  (** Rows of one type, and one {e scratch} row, where the operations leave what they make. *)

  val column : Lambda.Ty.t -> column
  (** [column ty] is empty. Raises [Not_found] for a type that the domain does not have. *)

  val operation : string -> arguments:column array -> result:column -> int array -> bool
  (** [operation name ~arguments ~result] is what the base primitive [name] does with all its arguments: a function that is
      made once and called for each program. [f ranks] takes the row [ranks.(i)] of the column [arguments.(i)] for each
      [i], leaves its value in the scratch row of [result], and is whether the value is defined on all examples. It keeps
      no hold on [ranks]. Raises [Not_found] for a name that the domain does not have, or not with these arguments. *)

  val put : column -> int -> unit
  (** [put c rank] makes the scratch row of [c] its row [rank], which is there already or is the next. *)

  val hash : column -> int
  (** [hash c] is equal for equal scratch rows. *)

  val equal : column -> int -> bool
  (** [equal c rank] is whether the scratch row of [c] means the same as its row [rank]: of two such rows the search keeps
      the cheaper program's. It has to respect the operations: equal arguments, equal values. *)

  val fits : column -> bool
  (** [fits c] is whether a program that means the scratch row of [c] is a solution. It is asked once for each
      program of the request's type. *)

  val bytes : column -> int
  (** [bytes c] is the room that [c] takes outside OCaml's heap. *)
end
