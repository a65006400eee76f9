(* Expressions a second, with their gradients, on one core; benchmarks/expressions.py runs it. CPU time, so that what else the
   machine does counts little. *)

open Grammar
open Domains

let problem ~d ~n : Expression_points.t =
  let state = Random.State.make [| 1; d |] in
  let numbers () =
    Bigarray.(Array1.of_array Float64 c_layout (Array.init (n * d) (fun _ -> 0.3 +. Random.State.float state 1.5)))
  in
  { names = Array.init d (Printf.sprintf "x%d"); n; points = numbers (); gradients = numbers (); tangents = None }

let grammar (points : Expression_points.t) =
  let entry weight name ty = { Dsl.term = Lambda.Term.Primitive { name; ty }; log_likelihood = weight } in
  let leaf weight name = entry weight name Expression_operation.real in
  let operation name = entry (Expression_domain.weight name) name (Expression_operation.ty (List.assoc name Expression_operation.all)) in
  Pcfg.make
    (Dsl.make ~state_type:Expression_operation.real ~var_log_likelihood:0.
       (List.map (leaf 0.) (Array.to_list points.names)
       @ List.map (leaf Expression_domain.constant_weight) [ "1"; "2" ]
       @ List.map operation Expression_operation.default))
    Expression_operation.real

let run ~programs ~search_points d =
  let points = problem ~d ~n:256 in
  let s = Expression_domain.search points ~at:(Expression_points.first points search_points) ~types:None ~room:200 ~terms:0 ~enough:0. in
  let (module T) = Expression_domain.table s in
  let module Solve = Search.Solve.Make (T) in
  let before = Sys.time () in
  let search = Solve.run ~n_solutions:1 (grammar points) { programs; size = max_int; seconds = 3600.; memory = max_int } in
  let seconds = Sys.time () -. before in
  let { Search.Solve.enumerated; undefined; distinct } = Solve.statistics search in
  let rate n = float_of_int n /. seconds /. 1e6 in
  Printf.printf "%6d %7d %10d %9d %9.2f %12.2f %12.2f %12.2f\n%!" d search_points enumerated distinct seconds (rate enumerated)
    (rate (enumerated - undefined)) (rate distinct)

let () =
  Gc.set { (Gc.get ()) with minor_heap_size = 1 lsl 20; space_overhead = 200 };
  let programs = int_of_string Sys.argv.(1) in
  Printf.printf "%6s %7s %10s %9s %9s %12s %12s %12s\n%!" "inputs" "points" "enumerated" "distinct" "CPU s" "enum. M/s" "valued M/s" "distinct M/s";
  List.iter
    (fun d ->
      List.iter
        (fun search_points ->
          (match Unix.fork () with
          | 0 ->
            run ~programs ~search_points d;
            Unix._exit 0
          | pid -> ignore (Unix.waitpid [] pid)))
        (List.map int_of_string (List.tl (List.tl (Array.to_list Sys.argv)))))
    [ 2; 3; 6 ]
