(** The signature of a domain: its primitives, what they mean, and which outputs are the same.

    An instance is a module made for one run, with the parameters of that run inside: it serves one frontier at a time,
    because outputs carry that frontier's marks. *)

module type S = sig
  include Search.Semantics.S

  val name : string
  val state_type : Lambda.Ty.t

  val primitives : (string * Lambda.Ty.t) list
  (** Every base primitive with its type. *)

  val redexes : Grammar.Redex.t list
  (** What the search leaves out. The sides of an equation mean the same wherever they stand; as whole programs, for those
      at the start, they have equivalent outputs. Rewriting from left to right ends. *)
end
