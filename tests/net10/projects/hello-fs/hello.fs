open System
type Shape =
    | Circle of float
    | Square of side: float
let area shape =
    match shape with
    | Circle r -> Math.PI * r * r
    | Square s -> s * s
let rec fact n = if n <= 1I then 1I else n * fact (n - 1I)
[<EntryPoint>]
let main args =
    printfn "hello %s %A" "world" [ for s in [ Circle 1.0; Square 2.0 ] -> sprintf "%.3f" (area s) ]
    printfn "%A %O" (Map.ofList [ 1, "a"; 2, "b" ]) (fact 25I)
    seq { 1 .. 10 } |> Seq.filter (fun x -> x % 3 = 0) |> Seq.sum |> printfn "%d"
    async { do! Async.Sleep 5
            return 42 } |> Async.RunSynchronously |> printfn "%d"
    try failwith "no" with e -> printfn "%s" e.Message
    0
