(** What compression proposes is believed only after it is proven.

    Compression (stitch) names parts that many programs share and writes the programs with them. Its output is text;
    here it becomes an invention of the library, or a program, only when it says the same as before. *)

open Lambda
open Grammar

val inventions : ?pruned:string list -> Dsl.t -> (string * string) list -> Dsl.t
(** [inventions ~pruned dsl bodies] is [dsl] without the inventions [pruned] (none; see {!Dsl.remove}), and then with the
    named stitch abstractions in front (see {!Dsl.add_inventions}; with nothing but [pruned] the weights stay). A body
    may use those before it, and none that is pruned. Raises {!Dsl.Invalid}, also when a name is taken, by one that is
    pruned too; {!Notation.Error}, {!Infer.Ill_typed}, {!Infer.Unbound}. *)

val uses : string list -> Term.t -> string option
(** [uses names t] is one of [names] by which an invention goes that occurs in [t], or in a body there. *)

val writes : old:Dsl.t -> Dsl.t -> string list -> string -> string option
(** [writes ~old dsl names text] is [uses names] of the program [text] over [dsl], and over [old] for what [dsl] does not
    have; [None] when the text cannot be read. *)

val rewriting :
  Pcfg.t -> original:Term.t -> same_output:(Term.t -> bool) -> string -> (Term.t, string) result
(** [rewriting g ~original ~same_output text] is the program [text], in stitch notation over the library of [g], when [g]
    derives it, it expands and reduces to the same normal form as [original], and [same_output] holds of it; otherwise
    the reason why it is refused. *)
