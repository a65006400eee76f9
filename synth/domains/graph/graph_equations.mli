(** Equations between programs of the graph domain: what the search leaves out.

    Each but those of whole programs holds in every state that a program can reach, so also inside the arguments of [func] and [if_positions_equal].
    Two facts about such states are used. {e While a node is isolated the cursor is on it}: [add] puts it there, [move]
    finds no edge, a [func] that would leave it isolated changes nothing. {e While a node is isolated, another node is on
    the stack}: [add] needs a stack, whose nodes are all other ones, and [pop] keeps one of them.

    Rewriting from left to right ends: every equation either drops primitives or brings nearer to the front the one of
    the two that comes first in: [pop]; [next_port], [prev_port], [move]; [push], [add].

    Whole programs begin with one node, no edge and an empty stack, and nothing tells one port from another. *)

val redexes : Grammar.Redex.t list
