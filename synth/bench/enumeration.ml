(* One table: programs a second from each library given, named and evaluated, beside the plain enumerator on the same
   grammar. benchmarks/enumeration.py runs it. *)

open Grammar
open Domains

let time f =
  Gc.compact ();
  let start = Unix.gettimeofday () in
  let result = f () in
  (result, Unix.gettimeofday () -. start)

let median xs = List.nth (List.sort compare xs) (List.length xs / 2)

(* Name every program: its production and the ranks of its arguments. *)
let named g n =
  let e = Search.Buckets.create g and nonterminal = Pcfg.start g in
  let left = ref n and sum = ref 0 in
  let block (b : Search.Buckets.block) =
    let last = Array.length b.ranks - 1 in
    let rec go i so_far =
      if i > last then begin
        sum := !sum + so_far;
        decr left
      end
      else
        for rank = b.ranks.(i) to b.ranks.(i) + b.counts.(i) - 1 do
          if !left > 0 then go (i + 1) (so_far + rank)
        done
    in
    go 0 b.production.entry
  in
  let index = ref 0 in
  while !left > 0 && Search.Buckets.ensure e ~nonterminal ~index:!index do
    Search.Buckets.blocks e ~nonterminal ~index:!index block;
    incr index
  done;
  ignore (Sys.opaque_identity !sum);
  e

let evaluated g n =
  let (module G) = Graph_domain.make () in
  let module Explore = Search.Explore.Make (G) in
  let frontier = Explore.Frontier.create ~room:50 [] in
  let s = Explore.run g { programs = n; size = 150; seconds = 3600.; memory = max_int } frontier in
  (s.counted, Explore.Frontier.n_new frontier)

let plain_evaluated g n =
  let (module G) = Graph_domain.make () in
  let module Evaluate = Search.Evaluate.Make (G) in
  let module Frontier = Search.Frontier.Make (G) in
  let frontier = Frontier.create ~room:50 [] in
  Plain.enumerate g n (fun term _ ->
      match G.run (Evaluate.value term) with
      | Some output -> Frontier.offer frontier ~mass:(Lambda.Term.mass term) (fun () -> term) output
      | None -> ())

let () =
  Gc.set { (Gc.get ()) with minor_heap_size = 1 lsl 20; space_overhead = 400 };
  let n = int_of_string Sys.argv.(1) and repeats = int_of_string Sys.argv.(2) in
  let files = Array.to_list (Array.sub Sys.argv 3 (Array.length Sys.argv - 3)) in
  Printf.printf "%-8s %5s %9s %9s %12s %12s %12s %10s %9s %9s %7s\n" "library" "size" "mean size" "mean mass" "named/s"
    "evaluated/s" "plain/s" "eval/plain" "nodes/s" "mass/s" "graphs";
  List.iter
    (fun file ->
      let dsl = Wire.Dsl_file.read ~primitives:Graph_domain.primitives ~state_type:Graph_domain.state_type file in
      let g = Pcfg.make dsl (Dsl.request dsl) in
      let e = named g n in
      let nonterminal = Pcfg.start g in
      let sample = List.init 1000 (fun i -> Search.Buckets.term e ~nonterminal ~rank:(i * (n / 1000))) in
      let mean f = float_of_int (List.fold_left (fun sum t -> sum + f t) 0 sample) /. 1000. in
      let rate n seconds = float_of_int n /. median seconds in
      let few = n / 20 in
      let runs = List.init repeats (fun _ ->
          let _, a = time (fun () -> named g n) in
          let (_, graphs), b = time (fun () -> evaluated g n) in
          let (), c = time (fun () -> plain_evaluated g few) in
          (a, b, c, graphs))
      in
      let named_rate = rate n (List.map (fun (a, _, _, _) -> a) runs)
      and evaluated_rate = rate n (List.map (fun (_, b, _, _) -> b) runs)
      and plain_rate = rate few (List.map (fun (_, _, c, _) -> c) runs) in
      let _, _, _, graphs = List.hd runs in
      Printf.printf "%-8s %5d %9.2f %9.2f %12.0f %12.0f %12.0f %10.1f %9.2e %9.2e %7d\n%!"
        (Filename.remove_extension (Filename.basename file))
        (Dsl.size dsl) (mean Lambda.Term.size) (mean Lambda.Term.mass) named_rate evaluated_rate plain_rate
        (evaluated_rate /. plain_rate)
        (evaluated_rate *. mean Lambda.Term.size)
        (evaluated_rate *. mean Lambda.Term.mass)
        graphs)
    files
