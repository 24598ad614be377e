// integrate(): arrays and fields in, a run, the saved states out.
#include <pybind11/numpy.h>

#include <limits>

#include "base/errors.hpp"
#include "bind/arrays.hpp"
#include "bind/bind.hpp"
#include "bind/callback.hpp"
#include "bind/outside.hpp"
#include "integrate/ensemble.hpp"
#include "save/trajectory.hpp"

namespace maruyama {

namespace {

// The arguments of one call, as Python names them.
struct Request {
  py::array out, x0;
  Field* drift;
  Field* diffusion;
  Size terms;
  bool general;
  bool features_apart;
  std::optional<py::array_t<bool, py::array::c_style>> noisy;
  Size steps;
  Size steps_before;
  EvenGrid even;
  Size place;
  std::optional<py::array> grid;
  py::array saves;
  std::uint64_t first_path;
  Numbers numbers;
  Key key;
  int threads;
  Size tile_rows;
  bool check_finite;
  py::object progress;
};

constexpr Size kMostSteps = std::numeric_limits<Size>::max();

TimeGrid grid_of(const Request& request) {
  require(request.steps >= 0, "steps is negative");
  if (!request.grid) {
    require(request.place >= 0 && request.steps <= kMostSteps - request.place, "place is out of range");
    require(request.even.intervals > 0 || request.steps == 0, "an even grid has no intervals");
    return {request.steps, request.even, request.place};
  }
  require(request.grid->size() == request.steps + 1, "grid has not steps + 1 points");
  return {request.steps, {}, 0, read<double>(*request.grid, "grid")};
}

// Steps are counted in 63 bits, and the normals of a path in 64.
void require_counters(const Request& request) {
  require(request.steps_before >= 0 && request.steps <= kMostSteps - request.steps_before,
          "steps_before is out of range");
  const auto counted = static_cast<std::uint64_t>(request.steps_before + request.steps);
  const auto terms = static_cast<std::uint64_t>(request.terms);
  if (counted == 0 || terms == 0) return;
  const std::uint64_t last = std::numeric_limits<std::uint64_t>::max();
  require(counted - 1 <= (last - (terms - 1)) / terms, "the normals of a path do not fit in 64 bits");
}

// No size of a tile overflows within these: see the largest program in program/program.cpp.
constexpr Size kMostTileRows = Size{1} << 24, kMostTerms = Size{1} << 32;

void require_counts(const Request& request) {
  require(request.terms >= 0 && request.terms <= kMostTerms, "terms is not a number from 0 to 2^32");
  require(request.tile_rows >= 0 && request.tile_rows <= kMostTileRows, "tile_rows is not a number from 0 to 2^24");
  require(request.threads >= 1, "threads is not a number from 1 on");
}

void require_saves(const Size* saves, Size count, Size steps) {
  Size next = 0;
  for (Size i = 0; i < count; next = saves[i++] + 1)
    require(next <= saves[i] && saves[i] <= steps, "saves are not steps of the run in ascending order");
}

void require_fields_fit(const Request& request, Size paths, Size dim, std::size_t bytes_of_value) {
  const bool apart = request.features_apart;
  const Size rows = apart ? checked_product(paths, dim) : paths, own_dim = apart ? 1 : dim;
  const Size input_rows = apart ? dim : paths;
  request.drift->require_fits({rows, own_dim, own_dim, input_rows, false, bytes_of_value});
  if (!request.diffusion) return;
  const Size width = request.general ? checked_product(dim, request.terms) : own_dim;
  request.diffusion->require_fits({rows, own_dim, width, input_rows, request.general, bytes_of_value});
}

void share_turn(const Request& request) {
  const auto turn = std::make_shared<Turn>();
  for (Field* field : {request.drift, request.diffusion})
    if (auto* callback = dynamic_cast<Callback*>(field)) callback->share(turn);
}

// Where a path's features are cut over several tiles, another one of them may have failed before: the first step of
// all.
template <class T>
Size first_failure(Ensemble<T> run, const NonFinite& found, int threads) {
  const Size path = found.row / run.features;
  run.x0 += path * run.features % run.x0_rows;
  run.x0_rows = run.rows = run.features;
  run.numbers = {run.numbers[path]};
  Nothing<T> nothing;
  for (run.grid.steps = found.step;;) {
    try {
      Monitor monitor(outside(Py_None, 0));
      const WithoutGil released(monitor);
      integrate(run, {threads, 0}, nothing, monitor);
      return run.grid.steps;
    } catch (const NonFinite& earlier) {
      run.grid.steps = earlier.step;
    }
  }
}

template <class T>
void run(Request& request) {
  py::array &out = request.out, &x0 = request.x0;
  require(out.ndim() == 3 && x0.ndim() == 2, "out is not (saves, paths, dim), or x0 not (paths, dim)");
  const Size paths = out.shape(1), dim = out.shape(2);
  require(x0.shape(1) == dim && (x0.shape(0) == paths || x0.shape(0) == 1), "x0 does not fit out");
  const Size* saves = read<Size>(request.saves, "saves");
  require(request.saves.size() == out.shape(0), "out has not one place for each save");
  require_counts(request);
  require(request.general || !request.diffusion || request.terms == dim, "diagonal noise has dim terms");
  require(!(request.features_apart && request.general), "features apart have no general noise");
  require(!request.noisy || request.noisy->size() == request.terms, "noisy has not one value for each term");
  require_counters(request);
  require_fields_fit(request, paths, dim, sizeof(T));
  T* const x = write<T>(out, "out");
  const Size features = request.features_apart ? std::max<Size>(1, dim) : 1;
  const Ensemble<T> ensemble{read<T>(x0, "x0"),
                             std::max<Size>(1, x0.shape(0) * features),
                             paths * features,
                             dim / features,
                             features,
                             path_numbers(request.first_path, request.numbers, paths),
                             grid_of(request),
                             request.steps_before,
                             *request.drift,
                             request.diffusion,
                             request.terms / features,
                             request.noisy ? request.noisy->data() : nullptr,
                             request.general,
                             round_keys(request.key.first, request.key.second),
                             request.check_finite};
  require_saves(saves, out.shape(0), request.steps);
  Trajectory<T> sink(x, ensemble.rows, ensemble.dim, saves, out.shape(0));
  share_turn(request);
  const Size path_steps = checked_product(paths, request.steps);
  try {
    Monitor monitor(outside(request.progress, path_steps, features));
    const WithoutGil released(monitor);
    integrate(ensemble, {request.threads, request.tile_rows}, sink, monitor);
  } catch (const NonFinite& found) {
    if (features == 1) throw;
    throw NonFinite(found.row / features, first_failure(ensemble, found, request.threads));
  }
  if (!request.progress.is_none()) request.progress(path_steps, path_steps);
}

}  // namespace

void bind_integrate(py::module_& m) {
  static PyObject* non_finite = py::exception<NonFinite>(m, "NonFinite").release().ptr();
  py::register_exception_translator([](std::exception_ptr p) {
    try {
      if (p) std::rethrow_exception(p);
    } catch (const NonFinite& found) {
      PyErr_SetObject(non_finite, py::make_tuple(found.row, found.step).ptr());
    }
  });

  m.def(
      "integrate",
      [](py::array out, py::array x0, Field* drift, Field* diffusion, Size terms, bool general, bool features_apart,
         std::optional<py::array_t<bool, py::array::c_style>> noisy, Size steps, Size steps_before, double t0,
         double t1, Size intervals, Size place, std::optional<py::array> grid, py::array saves,
         std::uint64_t first_path, Numbers path_numbers, Key key, int threads, Size tile_rows, bool check_finite,
         py::object progress) {
        Request request{out,
                        x0,
                        drift,
                        diffusion,
                        terms,
                        general,
                        features_apart,
                        noisy,
                        steps,
                        steps_before,
                        {t0, t1, intervals},
                        place,
                        grid,
                        saves,
                        first_path,
                        path_numbers,
                        key,
                        threads,
                        tile_rows,
                        check_finite,
                        progress};
        with_dtype_of(out, [&](auto type) { run<decltype(type)>(request); });
      },
      py::kw_only(), py::arg("out"), py::arg("x0"), py::arg("drift").none(false), py::arg("diffusion"),
      py::arg("terms"), py::arg("general"), py::arg("features_apart"), py::arg("noisy"), py::arg("steps"),
      py::arg("steps_before"), py::arg("t0"), py::arg("t1"), py::arg("intervals"), py::arg("place"), py::arg("grid"),
      py::arg("saves"), py::arg("first_path"), py::arg("path_numbers"), py::arg("key"), py::arg("threads"),
      py::arg("tile_rows"), py::arg("check_finite"), py::arg("progress"),
      "Run the scheme; raises NonFinite, and whatever a field or progress raises.");
}

}  // namespace maruyama
