open Lambda
open Grammar
open Domains
open Wire

let grammar (module D : Tabular.S) (m : Table_message.t) =
  let entry (name, ty) = { Dsl.term = Term.Primitive { name; ty }; log_likelihood = D.weight name } in
  let input (name, cells) = entry (name, D.type_of cells.(0)) in
  let constant i = entry (D.constant i, D.type_of (Int i)) in
  let operations = List.filter (fun (name, _) -> List.mem name m.primitives) D.primitives in
  let request = D.type_of m.outputs.(0) in
  Invalid.describing "primitives" (fun () ->
      Pcfg.make
        (Dsl.make ~state_type:request ~var_log_likelihood:0.
           (List.map input m.inputs @ List.map constant m.constants @ List.map entry operations))
        request)

let answer (module D : Tabular.S) ?watch d =
  let m = Table_message.read (module D) d in
  let grammar = grammar (module D) m in
  let (module T) = D.table ~inputs:m.inputs ~outputs:m.outputs in
  let module Solve = Search.Solve.Make (T) in
  let budget =
    { Search.Limits.programs = m.max_programs; size = m.size; seconds = m.exploration_timeout; memory = m.memory_limit }
  in
  let search = Solve.run ?watch ~n_solutions:m.n_solutions grammar budget in
  if (Solve.statistics search).stop = Cancelled then raise Exploration.Cancelled;
  Table_message.reply ~python:D.python (Solve.solutions search) (Solve.statistics search)
