open Lambda
open Grammar
open Domains
open Support
open Expression_reference
module Op = Expression_operation
module Points = Expression_points

let everything = library names [ "1"; "2" ] (List.map fst Op.all)

let expressions =
  let g = Pcfg.make everything Op.real in
  QCheck.make
    ~print:(fun (t, _) -> Notation.print Stitch t)
    (fun state -> (derive g state (Pcfg.start g) (1 + Random.State.int state 5), Random.State.bits state))

let envs_of seed = random_envs (Random.State.make [| seed |]) names 5

(* The derivatives of [t] at the points, by point, then direction; None where it is undefined. *)
let derivatives points t =
  Option.map
    (fun rows ->
      let n = Expression_rows.points rows and m = Expression_rows.directions rows and row = Expression_rows.scratch rows in
      List.init n (fun p -> List.init m (fun j -> row.(((j + 1) * n) + p))))
    (Expression_domain.value (Expression_domain.values points) t)

let close ?(tolerance = 1e-9) a b = abs_float (a -. b) <= tolerance *. (1. +. abs_float a +. abs_float b)
let plain_gradients seed = List.map (fun _ -> [ 1.; 0. ]) (envs_of seed)

let with_value name value env = List.map (fun (n, x) -> (n, if n = name then value else x)) env

(* Differences over two steps; where they disagree they are no judge. *)
let difference t env name =
  let x = List.assoc name env in
  let over h = (value (with_value name (x +. h) env) t -. value (with_value name (x -. h) env) t) /. (2. *. h) in
  let coarse = over 2e-4 and fine = over 1e-4 in
  if close ~tolerance:1e-6 coarse fine then Some ((4. *. fine -. coarse) /. 3.) else None

let judged = ref 0

let gradients =
  [
    property ~count:2000 "gradients are those of finite differences" expressions (fun (t, seed) ->
        let envs = envs_of seed in
        match derivatives (problem names envs (plain_gradients seed)) t with
        | None -> true
        | Some found ->
          List.for_all2
            (fun env gradient ->
              List.for_all2
                (fun name g ->
                  match difference t env name with
                  | None -> true
                  | Some d ->
                    incr judged;
                    close ~tolerance:1e-5 g d)
                names gradient)
            envs found);
    case "finite differences were there to judge by" (fun () -> Alcotest.(check bool) "thousands" true (!judged > 5_000));
    property ~count:1000 "values and gradients are those of the reference" expressions (fun (t, seed) ->
        let envs = envs_of seed in
        match (derivatives (problem names envs (plain_gradients seed)) t, values envs t) with
        | None, _ -> false
        | Some found, _ ->
          List.for_all2 (fun env row -> List.for_all2 (fun a b -> close a b || not (Float.is_finite b)) row (gradient env names t)) envs found
        | exception Undefined -> true);
    property ~count:500 "along tangents they are the gradient's components" expressions (fun (t, seed) ->
        let envs = envs_of seed in
        let state = Random.State.make [| seed; 1 |] in
        let angles = List.map (fun _ -> Random.State.float state 6.) envs in
        let basis = flat (Array.of_list (List.concat_map (fun a -> [ cos a; sin a ]) angles)) in
        let gradients = plain_gradients seed in
        match (derivatives (problem names envs gradients) t, derivatives (problem ~tangents:(1, basis) names envs gradients) t) with
        | None, None -> true
        | Some whole, Some along ->
          List.for_all2
            (fun a (g, d) ->
              match (g, d) with
              | [ gx; gy ], [ d ] -> close ~tolerance:1e-8 d ((cos a *. gx) +. (sin a *. gy)) || not (Float.is_finite (gx +. gy))
              | _ -> false)
            angles (List.combine whole along)
        | _ -> false);
  ]

(* {1 The search} *)

(* The direction of the gradient up to sign at each point; None where it vanishes. *)
let class_key envs t =
  let direction env =
    match gradient env names t with
    | [ a; b ] ->
      let length = sqrt ((a *. a) +. (b *. b)) in
      if length < 1e-9 then None
      else
        let sign = if a < -1e-9 *. length || (abs_float a <= 1e-9 *. length && b < 0.) then -1. else 1. in
        Some (Printf.sprintf "%.6f %.6f" ((sign *. a /. length) +. 1e-12) ((sign *. b /. length) +. 1e-12))
    | _ -> None
  in
  ignore (values envs t);
  let directions = List.map direction envs in
  if List.mem None directions then None else Some (String.concat ", " (List.map Option.get directions))

(* The least cost of each key among the programs given. *)
let least key programs =
  let costs = Hashtbl.create 100 in
  List.iter
    (fun (t, cost) ->
      match key t with
      | None -> ()
      | Some k -> if cost < Option.value ~default:max_int (Hashtbl.find_opt costs k) then Hashtbl.replace costs k cost
      | exception Undefined -> ())
    programs;
  List.sort compare (List.of_seq (Hashtbl.to_seq costs))

let problems =
  let draw state =
    let pick keep xs = List.filter (fun _ -> Random.State.float state 1. < keep) xs in
    let operations = pick 0.4 (List.map fst Op.all) in
    let weights = List.map (fun name -> (name, -0.5 *. float_of_int (Random.State.int state 4))) (names @ [ "1"; "2" ] @ operations) in
    (library ~weight:(fun name -> List.assoc name weights) names (pick 0.5 [ "1"; "2" ]) operations, Random.State.bits state)
  in
  let print (dsl, _) = String.concat " " (List.map Dsl.name (Array.to_list (Dsl.entries dsl))) in
  QCheck.make ~print draw

let names_of_kept kept bound = List.filter (fun (_, cost) -> cost <= bound) kept

let against_brute_force dsl seed =
  let g = Pcfg.make dsl Op.real in
  let envs = random_envs (Random.State.make [| seed |]) names 6 in
  let points = problem names envs (List.map (fun _ -> [ 1.; 0.3 ]) envs) in
  let found = search ~budget:{ budget with programs = 400 } g points in
  let bound = min (found.statistics.last_cost - 1) (cost_of_nth g 2_000) in
  (found, envs, names_of_kept found.kept bound, names_of_kept found.nearest bound, derivations g (Pcfg.start g) bound)

(* Whether what was kept has a key each, and the keys and least costs of [all]. *)
let agree key kept all =
  let ours = least key kept and theirs = least key all in
  let tell what (k, cost) others =
    if not (List.mem (k, cost) others) then
      List.iter
        (fun (t, c) -> if c = cost && (try key t with Undefined -> None) = Some k then QCheck.Test.fail_reportf "%s: %s" what (Notation.print Stitch t))
        (kept @ all)
  in
  List.iter (fun item -> tell "only brute force" item ours) theirs;
  List.iter (fun item -> tell "only the search" item theirs) ours;
  let keys = List.map (fun (t, _) -> (key t, Notation.print Stitch t)) kept in
  List.iter
    (fun (k, text) ->
      match List.find_opt (fun (other, text') -> other = k && text' <> text) keys with
      | Some (_, other) -> QCheck.Test.fail_reportf "twice: %s and %s" text other
      | None -> ())
    keys;
  true

let n_classes = ref 0

let deduplication =
  [
    property ~count:100 "as arguments: the functions of brute force, each once and at its least cost" problems (fun (dsl, seed) ->
        let _, envs, kept, _, all = against_brute_force dsl seed in
        agree (fun t -> Some (value_key envs t)) kept all);
    property ~count:100 "as answers: the classes of brute force, each once and at its least cost" problems (fun (dsl, seed) ->
        let _, envs, _, nearest, all = against_brute_force dsl seed in
        n_classes := !n_classes + List.length nearest;
        agree (class_key envs) nearest all);
    case "there were classes to compare" (fun () -> Alcotest.(check bool) "hundreds" true (!n_classes > 1_000));
    property ~count:50 "no answer has a monotone function at its root" problems (fun (dsl, seed) ->
        let found, _, _, _, _ = against_brute_force dsl seed in
        let is_constant t = match Term.spine t with Primitive { name }, [] -> not (List.mem name names) | _ -> false in
        List.for_all
          (fun (t, _) -> match Term.spine t with _, [] -> true | _, [ a; b ] -> not (is_constant a || is_constant b) | _ -> false)
          found.nearest);
    case "x + y and exp x + y are two answers, though x and exp x are one" (fun () ->
        let g = Pcfg.make (library names [] [ "add"; "exp" ]) Op.real in
        let envs = envs_of 1 in
        let found = search g (problem names envs (List.map (fun _ -> [ 1.; 1. ]) envs)) in
        let texts = List.map (fun (t, _) -> Notation.print Stitch t) found.nearest in
        List.iter
          (fun (text, there) -> Alcotest.(check bool) text there (List.mem text texts))
          [ ("x", true); ("(exp x)", false); ("(add x y)", true); ("(exp (add x y))", false); ("(add y (exp x))", true) ]);
    case "terms are no sums and no multiples, and no two are proportional" (fun () ->
        let g = Pcfg.make (library names [ "2" ] [ "add"; "mul"; "square" ]) Op.real in
        let envs = envs_of 2 in
        let found = search ~terms:7 g (problem names envs (List.map (fun _ -> [ 1.; 1. ]) envs)) in
        Alcotest.(check (list string)) "terms"
          [ "x"; "y"; "(square x)"; "(square y)"; "(mul x y)" ]
          (List.filteri (fun i _ -> i < 5) (List.map (Notation.print Stitch) found.terms));
        Alcotest.(check int) "as many as asked for" 7 (List.length found.terms));
  ]

(* {1 Answers} *)

let nearest g (points : Points.t) =
  let found = search ~budget:{ budget with programs = 30_000 } ~room:5 g points in
  let latent = Points.latent points ~at:(Points.everywhere points) in
  let values = Expression_domain.values points in
  List.filter_map
    (fun (t, cost) -> Option.map (fun rows -> (Expression_direction.error rows latent, cost, Notation.print Stitch t)) (Expression_domain.value values t))
    found.nearest
  |> List.sort compare

let texts found = List.map (fun (_, _, t) -> t) found

let answers =
  let planted = [ "(add x (square y))"; "(mul y (exp x))"; "(add (square x) (sin y))"; "(div x y)"; "(mul x (add 1 y))" ] in
  let read = read (library names [ "1"; "2" ] Op.default) in
  List.map
    (fun text ->
      case (text ^ " is found, whatever is done to its gradients' lengths and signs") (fun () ->
          let t = read text in
          let envs = random_envs (Random.State.make [| 4 |]) names 12 in
          let exact = List.map (fun env -> gradient env names t) envs in
          let state = Random.State.make [| 5 |] in
          let bent =
            List.map
              (fun g ->
                let c = (Random.State.float state 9. +. 0.1) *. if Random.State.bool state then 1. else -1. in
                List.map (fun x -> c *. x) g)
              exact
          in
          let one = nearest default_grammar (problem names envs exact) in
          let other = nearest default_grammar (problem names envs bent) in
          let best, _, found = List.hd one in
          Alcotest.(check bool) "exact" true (best < 1e-14);
          Alcotest.(check (option string)) "same class" (class_key envs t) (class_key envs (read found));
          Alcotest.(check string) "same answer" found (List.hd (texts other));
          Alcotest.(check bool) "same errors" true
            (List.for_all2 (fun (a, _, _) (b, _, _) -> abs_float (a -. b) < 1e-12) one other)))
    planted
  @ [
      case "along the circle only the angle counts" (fun () ->
          (* On x² + y² = 1 the gradient of any function of the angle, plus any gradient across, is found as x/y or the like. *)
          let state = Random.State.make [| 6 |] in
          let angles = List.init 12 (fun _ -> 0.2 +. Random.State.float state 1.) in
          let envs = List.map (fun a -> [ ("x", cos a); ("y", sin a) ]) angles in
          let gradients = List.map (fun a -> let c = Random.State.float state 9. in [ (c *. cos a) -. sin a; (c *. sin a) +. cos a ]) angles in
          let basis = flat (Array.of_list (List.concat_map (fun a -> [ -.sin a; cos a ]) angles)) in
          let best, _, text = List.hd (nearest default_grammar (problem ~tangents:(1, basis) names envs gradients)) in
          Alcotest.(check string) "the first coordinate" "x" text;
          Alcotest.(check bool) "exact" true (best < 1e-14);
          let best, _, _ = List.hd (nearest default_grammar (problem names envs gradients)) in
          Alcotest.(check bool) "not without tangents" true (best > 1e-6));
      case "points without a gradient do not count" (fun () ->
          let envs = random_envs (Random.State.make [| 8 |]) names 12 in
          let gradients = List.mapi (fun i env -> if i mod 3 = 0 then [ 0.; 0. ] else gradient env names (read "(mul x y)")) envs in
          let best, _, text = List.hd (nearest default_grammar (problem names envs gradients)) in
          Alcotest.(check string) "found" "(mul x y)" text;
          Alcotest.(check bool) "exact" true (best < 1e-14));
      case "with types, only what their signs vouch for" (fun () ->
          let envs = random_envs (Random.State.make [| 9 |]) names 6 in
          let points = problem names envs (List.map (fun _ -> [ 1.; 1. ]) envs) in
          let kept types =
            let found = search ~budget:{ budget with programs = 20_000 } ?types default_grammar points in
            List.map (fun (t, _) -> Notation.print Stitch t) found.kept
          in
          let untyped = kept None and none = kept (Some []) and positive = kept (Some [ ("x", Expression_sign.positive) ]) in
          List.iter
            (fun (text, in_untyped, in_none, in_positive) ->
              Alcotest.(check (list bool)) text [ in_untyped; in_none; in_positive ] [ List.mem text untyped; List.mem text none; List.mem text positive ])
            [
              ("(log x)", true, false, true);
              ("(log y)", true, false, false);
              ("(sqrt (square y))", false, true, true);
              ("(div y x)", true, false, true);
              ("(div x (exp y))", true, true, true);
              ("(sqrt (add 1 (square y)))", true, true, true);
            ]);
      case "the same whatever it is told to look at, and with the same budget however long it takes" (fun () ->
          let envs = random_envs (Random.State.make [| 10 |]) names 12 in
          let points = problem names envs (List.map (fun env -> gradient env names (read "(add x (square y))")) envs) in
          let one = nearest default_grammar points and two = nearest default_grammar points in
          Alcotest.(check bool) "same" true (one = two));
    ]

let pythons =
  List.map
    (fun (program, expected) ->
      case expected (fun () -> Alcotest.(check string) program expected (Expression_python.expression (read everything program))))
    [
      ("(add (square x) (mul 2 (sin y)))", "x**2 + 2*sin(y)");
      ("(sub x (sub y (add x 1)))", "x - (y - (x + 1))");
      ("(div x (mul y (div x y)))", "x/(y*(x/y))");
      ("(square (neg x))", "(-x)**2");
      ("(neg (square x))", "-x**2");
      ("(neg (add x y))", "-(x + y)");
      ("(square (cube x))", "(x**3)**2");
      ("(inv (mul x y))", "1/(x*y)");
      ("(mul (inv x) (sqrt (exp y)))", "1/x*sqrt(exp(y))");
    ]

(* {1 Storage} *)

let storage =
  [
    case "a search ends when an error is small enough" (fun () ->
        let envs = envs_of 3 in
        let t = read everything "(mul x (add 1 y))" in
        let points = problem names envs (List.map (fun env -> gradient env names t) envs) in
        let found = search ~enough:1e-12 default_grammar points in
        Alcotest.(check string) "solved" "solved" (Search.Limits.stop_name found.statistics.stop);
        Alcotest.(check bool) "the last one kept" true (List.mem (fst (List.nth found.kept (List.length found.kept - 1))) (List.map fst found.nearest)));
    case "the best of many numbers" (fun () ->
        let best = Expression_best.create 10 in
        let state = Random.State.make [| 3 |] in
        let numbers = List.init 1000 (fun i -> (Random.State.float state 1., i)) in
        List.iter (fun (x, i) -> if x < Expression_best.worst best then Expression_best.add best x i) numbers;
        let wanted = List.filteri (fun i _ -> i < 10) (List.sort compare numbers) in
        Alcotest.(check (list int)) "tags" (List.sort compare (List.map snd wanted)) (List.sort compare (Expression_best.tags best));
        Alcotest.(check (float 0.)) "worst" (fst (List.nth wanted 9)) (Expression_best.worst best));
  ]

let () =
  Alcotest.run "expression"
    [
      ("gradients", gradients);
      ("deduplication", deduplication);
      ("answers", answers);
      ("python", pythons);
      ("storage", storage);
    ]
