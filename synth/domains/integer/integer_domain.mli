(** The integer domain: first-order programs over integers and Booleans, valued on a table of examples.

    {!Integer_operation} has the operations and the range of the values. A program with a part that is undefined on one of
    the examples is undefined, also in the branch of an [if] that is not taken. *)

include Tabular.S
