(** Search in first-order domains: all programs bottom up in order of cost, of those that mean the same only the first.

    Each derivation of a block of {!Buckets} is valued from the rows of its arguments. Only when its row is new for its
    nonterminal does it get a rank, and is then an argument of others (observational equivalence: Albarghouthi, Gulwani
    and Kincaid, {i Recursive Program Synthesis}, 2013; Udupa et al., {i TRANSIT}, 2013). As equal arguments give
    equal values, each row is still found at its least cost.

    A program with a part that is undefined on some example is undefined, also where the value of the part would not
    matter. *)

open Grammar

type statistics = {
  enumerated : int;  (** programs valued, of all nonterminals *)
  undefined : int;  (** of these, undefined on some example *)
  distinct : int;  (** rows kept, of all nonterminals *)
  last_cost : int;  (** of the last program enumerated of the request's type, in {!Grammar.Pcfg.cost_scale} units *)
  stop : Limits.stop;
}

type solution = { program : Lambda.Term.t; cost : int }

module Make (T : Table.S) : sig
  type t
  (** A search that has ended: the rows that it kept, with their programs. *)

  val run : ?watch:(int -> bool) -> n_solutions:int -> Pcfg.t -> Limits.budget -> t
  (** [run ~n_solutions g budget] values the programs of [g] in order of cost until [n_solutions] of them fit. [watch] is
      told the number valued, every few milliseconds at most; when it is false the search stops. Raises [Not_found] when
      [g] has a type or a primitive that the domain does not, {!First_order.Higher_order} when it has programs that are
      functions, or an invention that is not first-order inside.

      With a limit on size, a row whose cheapest program is longer may be found at a higher cost, or not at all when the
      parts that it needs have cheaper, longer programs. *)

  val solutions : t -> solution list
  (** The programs that fit, cheapest first, distinct as programs. Among those of equal meaning are only such as have the
      kept programs as arguments: [x + y] and [y + x], but not [x + (y + 0)]. *)

  val statistics : t -> statistics

  (** {1 The rows kept}

      Of each nonterminal of the grammar, numbered in the order in which they were found, which for the request's is that
      of cost. *)

  val column : t -> nonterminal:int -> T.column
  val length : t -> nonterminal:int -> int

  val term : t -> nonterminal:int -> rank:int -> Lambda.Term.t
  (** The cheapest program of the row; of several, the first found. *)

  val cost : t -> nonterminal:int -> rank:int -> int
end
