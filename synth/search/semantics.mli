(** What enumeration has to know of the meaning of programs. *)

module type S = sig
  type value
  (** What a program means: closures, as a rule, that share those of the program's parts. *)

  val primitive : string -> value
  (** [primitive name] is the meaning of a base primitive. Raises [Not_found] for a name that the domain does not have. *)

  val apply : value -> value -> value
  (** [apply f x] is [f] applied to [x]. *)

  val func : (value -> value) -> value
  (** [func f] is the function [f] as a value: the meaning of an abstraction. *)

  val compose : value -> value -> value
  (** [compose f g] means [func (fun x -> apply f (apply g x))]. Most inventions are such compositions: a domain may have
      a shorter way through them. *)

  val prepare : value -> value
  (** [prepare v] is [v], for whose sake the domain may spend memory: many programs begin with it. *)

  val start : unit -> unit
  (** [start ()] gives the next evaluation, or the next calls of [apply], the whole step limit. *)

  exception Step_limit
  (** The steps since [start] are more than allowed. *)

  type output

  val run : value -> output option
  (** [run v] starts the whole program [v] and is its output, or [None] when the output does not count. Raises
      {!Step_limit}, and whatever the primitives raise. Calls [start] itself. *)

  val run_applied : value -> value -> output option
  (** [run_applied f x] is [run (apply f x)]. What depends on [f] only may be done when [f] is given. *)

  val keep : output -> output
  (** [keep o] is equivalent to [o] and fit to be held for long: it holds on to nothing that other outputs share. *)

  val key : output -> int
  (** [key o] is equal for equivalent outputs. *)

  val equivalent : output -> output -> bool
  (** [equivalent a b] is whether the frontier should keep one of them only. *)

  val mark : output -> int
  (** [mark o] is what [set_mark] last left on [o], 0 at first. An output that is made again by another program may, but
      need not, have its mark still: it saves the frontier asking for an equivalent one. *)

  val set_mark : output -> int -> unit
end
